//! Clients, registration, management point: PV3xxx.

rules! {
    REGISTRATION_SIGNATURE = 3001, Error, "A registration is not signed with its own key",
        "Only the holder of a key may register it.",
        "The registration was changed on its way, or somebody shows another's key.",
        "nothing to do: an honest client registers again by itself";
    REGISTRATION_REPLAYED = 3002, Warning, "A registration was sent a second time",
        "Each registration carries a nonce that works once, for five minutes.",
        "A copy of an old registration was sent, or the management point was restarted in between.",
        "an honest client asks for a fresh nonce by itself";
    REGISTRATION_OTHER_KEY = 3003, Error, "A client's identity came with another key",
        "An identity belongs to one key for its life.",
        "The computer was installed anew with an old identity, or somebody claims to be this client.",
        "if the computer was installed anew: provost client remove NAME";
    NOT_APPROVED = 3004, Warning, "A client is registered and not approved",
        "A registered client is known by its key and given nothing.",
        "Nobody approved it, and it came without a one-time token.",
        "provost client approve NAME";
    CLIENT_BLOCKED = 3005, Warning, "A client is blocked",
        "A person blocked it; nothing is given and nothing taken.",
        "Somebody decided so; the ledger tells who and when.",
        "provost client unblock NAME";
    MESSAGE_TOO_LARGE = 3006, Error, "A message is larger than its kind may be",
        "Each kind of message has a limit, so that one client cannot fill a site.",
        "The client is broken or misused.",
        "provost client show NAME";
    RATE_LIMIT = 3007, Warning, "Too many requests",
        "Clients and addresses have a rate, far above what honest ones need.",
        "A client or an address sends too often.",
        "wait; then: provost client show NAME";
    CLOCK_SKEW = 3008, Warning, "A client's clock is wrong",
        "Registrations tolerate 5 minutes, messages may be 10 minutes ahead.",
        "The client's or the management point's clock is not set.",
        "set the clock; the client keeps its messages and sends them again";
    MESSAGE_MALFORMED = 3009, Error, "A message is not understood",
        "It is not of the form that its kind has.",
        "A client of another version, or a broken one.",
        "provost client show NAME";
    WRONG_SITE = 3010, Error, "A client belongs to another site",
        "A management point answers clients of its own site.",
        "The client was given another site's management point.",
        "start the client with the management point of its site";
    CERTIFICATE_REQUIRED = 3011, Error, "A request came without a certificate",
        "All but registration needs the client's certificate.",
        "The client has not registered.",
        "provost-client status --data DIR";
    MESSAGE_TOO_OLD = 3012, Warning, "A message is too old",
        "Messages older than 60 days are not taken, because their ids are not remembered for ever.",
        "The client was away for long.",
        "nothing to do: the client makes a new one by itself";
    CERTIFICATE_REFUSED = 3013, Error, "A certificate was refused",
        "It is not from the site's authority, or has run out.",
        "Another site's client, or one that was away for longer than a year.",
        "the client registers again by itself";
    TOKEN_REFUSED = 3014, Warning, "A one-time token approved nobody",
        "A token works once and for a limited time.",
        "It was used, is too old, or was never issued.",
        "provost client token";
    POLICY_SIGNATURE = 3015, Error, "A policy is not signed by the site",
        "The client goes on with the policy that it has.",
        "Something between site and client changed it.",
        "provost client show NAME";
    POLICY_OLDER = 3016, Error, "A policy is older than the one the client has",
        "Policies count up, so that an old one cannot be given again.",
        "The site was restored from an old copy, or something replays.",
        "provost site show";
    STORAGE_UNAVAILABLE = 3017, Error, "A message could not be put on disk",
        "It was not acknowledged; the client keeps it and sends it again.",
        "The device is full or fails, or more arrives than it takes.",
        "provost inbox list";
    UNKNOWN_CLIENT = 3018, Warning, "The site does not know a certificate",
        "The record was removed, or another certificate was issued since.",
        "An old client comes back.",
        "the client registers again by itself; then: provost client approve NAME";
    NO_SUCH_PATH = 3019, Error, "A management point was asked for something that it does not have",
        "Client and management point speak one version of the protocol.",
        "A client of another version, or something that is no client.",
        "use a client of the site's version";
    MANAGEMENT_POINT_NOT_READY = 3020, Error, "A management point does not know yet which clients there are",
        "Until it has read them once, every client waits and none is told that it is unknown.",
        "It cannot reach the site database, or not as the account that is bound for it.",
        "provost role list";
}
