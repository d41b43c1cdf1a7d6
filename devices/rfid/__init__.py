"""What RFID readers say over MQTT, and how what they repeat is counted."""
