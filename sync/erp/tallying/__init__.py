"""Whether both sides have the same: what was pushed, counted, summed and compared with the ERP."""
