"""A gateway's discovery as a program, for a machine of the village: told by lines, answers in JSON.

``look``: what is announced and what was found. ``end``: stop.
"""

import json
import sys

from devices.discovery.announcement import Announcement
from devices.discovery.network import Discovery


def main() -> None:
    name, id, port, *host = sys.argv[1:]
    told = Announcement(name, id, "0.1.0", *(host or ["0.0.0.0"]), int(port), https=True)
    discovery = Discovery(lambda: told)
    discovery.start()
    for line in sys.stdin:
        if line.strip() == "end":
            break
        mine = discovery.announced
        found = [[one.sort, one.name, one.place, one.identity] for one in discovery.found()]
        answer = {"name": mine.name if mine else "", "trouble": discovery.trouble, "found": found}
        print(json.dumps(answer), flush=True)
    discovery.stop()
    print("ended", flush=True)


if __name__ == "__main__":
    main()
