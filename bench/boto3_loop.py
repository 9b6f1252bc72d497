"""One token for each repository in turn, as a script around boto3 does it: boto3_loop.py REGION [[DOMAIN, ACCOUNT], ...]"""

import json
import sys

import boto3

client = boto3.client("codeartifact", region_name=sys.argv[1])
for domain, account in json.loads(sys.argv[2]):
    client.get_authorization_token(domain=domain, domainOwner=account, durationSeconds=3600)
