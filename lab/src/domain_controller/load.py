"""Changes a domain from within its controller: one operation a line of standard input, as JSON.

    load.py [TOGETHER]    so many operations a transaction; all in one when not given

Passwords are given in clear, descriptors in SDDL, where {name} is the SID of that account or group, identifiers of the schema as
texts, and a value as bytes in base64 after "base64:".
"""
import base64
import json
import re
import sys
import time
import uuid

import ldb
from samba import dsdb
from samba.auth import system_session
from samba.dcerpc import dnsp, misc, security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.provision.sambadns import SRVRecord
from samba.samdb import SamDB

# What the server keeps itself, such as the time of the last logon and the SIDs of strangers, can be set with these only.
CONTROLS = ["relax:0", "provision:0"]
# The same for when a password was set.
PASSWORD_CONTROLS = CONTROLS + ["local_oid:%s:0" % dsdb.DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID]

# Windows' time: 100 ns since 1601.
NOW = str(int((time.time() + 11644473600) * 10_000_000))

loadparm = LoadParm()
loadparm.load_default()
# Indexes are written once a transaction instead of once an operation, which is four times as fast. A transaction in which
# something was refused must be cancelled then, as it is below; and Samba refuses itself something now and then when objects are
# deleted, so only who loads many does it.
OPTIONS = ["batch_mode:1", "transaction_index_cache_size:200000"] if len(sys.argv) > 1 else []
samdb = SamDB(session_info=system_session(), lp=loadparm, options=OPTIONS)
together = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
domain = security.dom_sid(samdb.get_domain_sid())


def sid_of(name):
    found = samdb.search(samdb.domain_dn(), ldb.SCOPE_SUBTREE, "(sAMAccountName=%s)" % ldb.binary_encode(name), ["objectSid"])
    return str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))


def descriptor(text):
    return security.descriptor.from_sddl(re.sub(r"\{([^}]*)\}", lambda match: sid_of(match.group(1)), text), domain)


def value(name, text):
    if name == "unicodePwd":
        return ('"%s"' % text).encode("utf-16-le")
    if text.startswith("base64:"):
        return base64.b64decode(text[7:])
    if name in ("nTSecurityDescriptor", "msDS-GroupMSAMembership"):
        return ndr_pack(descriptor(text))
    if name in ("schemaIDGUID", "attributeSecurityGUID"):
        return ndr_pack(misc.GUID(text))
    if name == "objectSid":
        return ndr_pack(security.dom_sid(text))
    if text == "now" and name in ("pwdLastSet", "lastLogonTimestamp"):
        return NOW
    return text


def controls(attributes):
    return PASSWORD_CONTROLS if "pwdLastSet" in attributes and "unicodePwd" not in attributes and attributes["pwdLastSet"] != "0" else CONTROLS


def message(dn, attributes, flags):
    made = ldb.Message(ldb.Dn(samdb, dn))
    for name, values in attributes.items():
        values = values if isinstance(values, list) else [values]
        made[name] = ldb.MessageElement([value(name, v) for v in values], flags, name)
    return made


def permit(dn, entries):
    found = samdb.search(dn, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"])
    changed = ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0])
    for entry in descriptor("D:" + entries).dacl.aces:
        changed.dacl_add(entry)
    made = ldb.Message(ldb.Dn(samdb, dn))
    made["x"] = ldb.MessageElement([ndr_pack(changed)], ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    samdb.modify(made, CONTROLS)


def renumber(zones, before, after):
    for node in samdb.search(zones, ldb.SCOPE_SUBTREE, "(objectClass=dnsNode)", ["dnsRecord"]):
        records = [ndr_unpack(dnsp.DnssrvRpcRecord, value) for value in node.get("dnsRecord", [])]
        changed = [record for record in records if record.wType == dnsp.DNS_TYPE_A and record.data.startswith(before)]
        for record in changed:
            record.data = after + record.data[len(before):]
        if changed:
            made = ldb.Message(node.dn)
            made["x"] = ldb.MessageElement([ndr_pack(record) for record in records], ldb.FLAG_MOD_REPLACE, "dnsRecord")
            samdb.modify(made)


def serve(dn, host, port):
    record = ndr_pack(SRVRecord(host, port))
    try:
        node = samdb.search(dn, ldb.SCOPE_BASE, attrs=["dnsRecord"])[0]
        made = ldb.Message(node.dn)
        made["x"] = ldb.MessageElement([record], ldb.FLAG_MOD_ADD, "dnsRecord")
        samdb.modify(made)
    except ldb.LdbError as error:
        if error.args[0] != ldb.ERR_NO_SUCH_OBJECT:
            raise
        samdb.add({"dn": dn, "objectClass": "dnsNode", "dnsRecord": record})


def stranger(dn, member, sid):
    # The database of the domain alone, without what Samba puts before it.
    root = ldb.Dn(samdb, samdb.domain_dn())
    database = ldb.Ldb("tdb://" + loadparm.private_path("sam.ldb.d/%s.ldb" % root.get_casefold()))
    link = {"GUID": str(uuid.uuid4()), "RMD_ADDTIME": NOW, "RMD_CHANGETIME": NOW, "RMD_FLAGS": "0", "RMD_INVOCID": samdb.get_invocation_id(),
            "RMD_LOCAL_USN": "1", "RMD_ORIGINATING_USN": "1", "RMD_VERSION": "1", "SID": sid}
    value = "".join("<%s=%s>;" % (name, of) for name, of in link.items()) + member
    made = ldb.Message(ldb.Dn(database, dn))
    made["member"] = ldb.MessageElement([value], ldb.FLAG_MOD_ADD, "member")
    database.modify(made)


samdb.transaction_start()
for number, line in enumerate(sys.stdin, 1):
    operation = json.loads(line)
    what, dn = operation["what"], operation["dn"]
    try:
        if what == "add":
            samdb.add(message(dn, operation["attributes"], 0), controls(operation["attributes"]))
        elif what == "replace":
            samdb.modify(message(dn, operation["attributes"], ldb.FLAG_MOD_REPLACE), controls(operation["attributes"]))
        elif what == "append":
            samdb.modify(message(dn, operation["attributes"], ldb.FLAG_MOD_ADD), CONTROLS)
        elif what == "permit":
            permit(dn, operation["entries"])
        elif what == "move":
            samdb.rename(dn, operation["to"], CONTROLS)
        elif what == "renumber":
            renumber(dn, operation["before"], operation["after"])
        elif what == "serve":
            serve(dn, operation["host"], operation["port"])
        elif what == "stranger":
            # Of what was added before nothing is in the database yet.
            samdb.transaction_commit()
            stranger(dn, operation["member"], operation["sid"])
            samdb.transaction_start()
        elif what == "delete":
            samdb.delete(dn)
        else:
            sys.exit("no operation is called %s" % what)
    except ldb.LdbError as error:
        samdb.transaction_cancel()
        sys.exit("%s %s: %s" % (what, dn, error.args[1]))
    if number % together == 0:
        samdb.transaction_commit()
        samdb.transaction_start()
samdb.transaction_commit()
