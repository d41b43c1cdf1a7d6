"""All routes of the ERP side."""

from flask import Blueprint

from sync.erp import api
from sync.erp.bringing import api as bringing
from sync.erp.previews import api as previews
from sync.erp.pulling import api as pulling
from sync.erp.side.side import ErpSide
from sync.erp.tallying import api as tallies


def blueprints(side: ErpSide) -> list[Blueprint]:
    """For the web application."""
    house = side.house
    return [
        api.blueprint(side.erp, side.push_soon, house.phones),
        pulling.blueprint(side.erp, house.ending),
        previews.blueprint(side.previews),
        tallies.blueprint(side.tallying, house.shop),
        bringing.blueprint(side.incoming.brings),
    ]
