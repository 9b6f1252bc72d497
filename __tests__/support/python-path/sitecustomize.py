"""For a client that knows no proxy: port 443 of the hosts in STAND_IN_HOSTS is STAND_IN_PORT on 127.0.0.1.

Python imports this file by its name when its folder is on PYTHONPATH. The client itself is not changed, and it goes on
to check the certificates of the hosts that it named.
"""

import os
import socket

HOSTS = os.environ["STAND_IN_HOSTS"].split()
PORT = int(os.environ["STAND_IN_PORT"])

resolve = socket.getaddrinfo


def getaddrinfo(host, port, *args, **options):
    if host in HOSTS and port == 443:
        return resolve("127.0.0.1", PORT, *args, **options)
    return resolve(host, port, *args, **options)


socket.getaddrinfo = getaddrinfo
