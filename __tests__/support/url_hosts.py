"""The hosts that pip (urllib3), pdm (httpx) and Python itself read in each URL of a JSON list on stdin, as JSON."""

import json
import sys
from urllib.parse import urlsplit

import httpx
from pip._vendor.urllib3.util import parse_url


def host(read, url):
    try:
        return read(url) or ""
    except Exception:
        return ""


READERS = [lambda url: parse_url(url).host, lambda url: httpx.URL(url).host, lambda url: urlsplit(url).hostname]
print(json.dumps([[host(read, url) for read in READERS] for url in json.load(sys.stdin)]))
