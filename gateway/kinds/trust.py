"""Whose word about a customer stands, as long as a site says nothing else."""

from typing import Final

from gateway.records.model.survivorship import OTHERS, Rule, Rules

# Whoever speaks with the customer knows better than a list that was written some day, and a list of
# the company's own better than what anybody may type into a form on the web. Between the people of
# a company and its ERP the merge decides, and for credit and terms the second person.
CUSTOMER: Final = Rules({OTHERS: Rule((("erp", "shop", "rep"), ("import",), ("web",)))})
