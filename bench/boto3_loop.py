"""Asks for one token for each repository in turn, as a script around boto3 does.

boto3_loop.py WAY REGION [[DOMAIN, ACCOUNT], ...]

WAY is "sessions": a session and a client for each repository, as several accounts need, and as keyrings.codeartifact
2.1.2 does for each URL. Or it is "one-client": one client for all, which serves one account and region only.
"""

import json
import sys

import boto3.session


def new_client():
    return boto3.session.Session().client("codeartifact", region_name=sys.argv[2])


way, places = sys.argv[1], json.loads(sys.argv[3])
shared = new_client() if way == "one-client" else None
for domain, account in places:
    client = shared or new_client()
    client.get_authorization_token(domain=domain, domainOwner=account, durationSeconds=3600)
