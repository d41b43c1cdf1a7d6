"""Let the gateway's user use the gateway's module; runs inside Tryton's own environment.

python grant.py CONFIG DATABASE
"""

import sys

from proteus import Model, config


def main(config_file: str, database: str) -> None:
    config.set_trytond(database, user="admin", config_file=config_file)
    (user,) = Model.get("res.user").find([("login", "=", "gateway")])
    user.groups.extend(Model.get("res.group").find([("name", "=", "Waystation Gateway")]))
    user.save()


if __name__ == "__main__":
    main(*sys.argv[1:])
