"""Asks Samba's own code what a security descriptor means, one question a line, until the input ends.

A line: the descriptor in hexadecimal, the descriptor as text, identifiers of a token with commas between, a mask, the domain.
The answer: what access_check grants as a number or "denied", the text's bytes in hexadecimal, the descriptor as Samba's text.
"""

import sys

from samba import NTSTATUSError, ntstatus, security
from samba.dcerpc import security as values
from samba.ndr import ndr_pack, ndr_unpack


def answer(line):
    packed, text, sids, mask, domain = line.rstrip("\n").split("\t")
    domain = values.dom_sid(domain)
    descriptor = ndr_unpack(values.descriptor, bytes.fromhex(packed))
    token = values.token()
    sids = [values.dom_sid(sid) for sid in sids.split(",")]
    token.sids = sids
    token.num_sids = len(sids)
    try:
        granted = str(security.access_check(descriptor, token, int(mask)))
    except NTSTATUSError as error:
        if error.args[0] != ntstatus.NT_STATUS_ACCESS_DENIED:
            raise
        granted = "denied"
    try:
        read = ndr_pack(values.descriptor.from_sddl(text, domain)).hex()
    except TypeError as error:
        read = str(error)
    return "\t".join([granted, read, descriptor.as_sddl(domain)])


for question in sys.stdin:
    print(answer(question), flush=True)
