//! Provider, sign-in, sessions: PV5xxx.

rules! {
    NOT_SIGNED_IN = 5001, Error, "Nobody is signed in",
        "All but signing in needs somebody.",
        "There is no session, or it ended.",
        "provost admin sign-in --server URL";
    LINK_USED_OR_EXPIRED = 5002, Error, "A sign-in link does not work any more",
        "A link works once, for ten minutes.",
        "It was used, or its time is over.",
        "provost admin welcome NAME";
    WRONG_PASSWORD = 5003, Error, "Name or password is wrong",
        "Which is not said, and neither is whether an account of a directory is locked, disabled, expired or must change its password: the ledger and the log of the site say it.",
        "A mistyped name or password, an account that may not sign in now, no password was set, or a domain that the site has nothing to do with: provost trust add.",
        "provost admin password NAME";
    SESSION_EXPIRED = 5004, Error, "The session ended",
        "Sessions end after a time without use, and after some hours in any case; of people of a directory also when it no longer lets them in, or cannot be asked for a quarter of an hour.",
        "Time passed, or the account was disabled or taken out of its group.",
        "provost admin sign-in --server URL";
    NOT_ALLOWED = 5005, Error, "This is not allowed",
        "The operation needs a permission that you do not hold.",
        "Your security roles do not grant it.",
        "ask an administrator; provost admin whoami";
    CROSS_SITE_REQUEST = 5006, Error, "A request came from another page",
        "Changes are taken from the console's own pages only.",
        "Another web page tried to act for you, or the browser hides where it comes from.",
        "open the console itself and repeat";
    WEAK_PASSWORD = 5007, Error, "The password is too weak",
        "A password has at least 12 characters.",
        "It is shorter, or is the name.",
        "provost admin password NAME";
    TOO_MANY_ATTEMPTS = 5008, Error, "Too many attempts",
        "Wrong passwords are limited by name and by address; of one account of a directory two in half an hour are passed on.",
        "Somebody tried too often.",
        "wait, or from the site server: provost admin welcome NAME";
    REQUEST_MALFORMED = 5009, Error, "A request is not understood",
        "Its address, query or body is not of the right form.",
        "A mistyped value, or a client of another version.",
        "see the API document: GET /api/v1/openapi.json";
    PERSON_EXISTS = 5010, Error, "The name is taken",
        "Names of people are unique, whatever their case.",
        "Somebody is called so.",
        "provost admin list";
    NAME_AMBIGUOUS = 5011, Error, "Several things have this name",
        "Names of devices and clients are not unique; numbers and identifiers are.",
        "Two computers are called alike.",
        "use the number or the GUID that the message lists";
    PERSON_IS_YOU = 5012, Error, "You cannot do this to yourself",
        "Nobody removes themselves, so that somebody remains.",
        "The name is your own.",
        "ask another administrator";
    CLIENT_STATE = 5013, Error, "The client is not in a state for this",
        "Approving needs a registered client, unblocking a blocked one.",
        "Somebody was faster, or another client is meant.",
        "provost client show NAME";
    SERVER_BUSY = 5014, Error, "The provider is busy",
        "It does a bounded number of costly things at a time.",
        "Many people sign in at once.",
        "try again";
    DIRECTORY_SIGN_IN_OFF = 5015, Error, "Nobody of a directory can sign in here",
        "It needs a keytab, with which tickets are checked.",
        "The site has no keytab set, or the keytab cannot be read.",
        "set keytab in provost.toml and start the site again: provost config show";
    NOT_ADMINISTRATIVE = 5016, Error, "You are known, and not an administrative user",
        "The directory says who you are; neither you nor a group that you are in may administer this site.",
        "Nobody added you or one of your groups, or your ticket is older than your membership.",
        "have an administrator add you or a group: provost admin add DNS.DOMAIN\\NAME; then sign in to your computer again";
    TICKET_REFUSED = 5017, Error, "The ticket was not taken",
        "A ticket is taken once, over TLS, for this site's service, from a domain that signs the groups in it.",
        "It was used before, is for another service, or the keytab is older than the account's password.",
        "open the console by the name that the ticket is for, or sign in with a password; then look at the keytab";
    DIRECTORY_NAME_UNKNOWN = 5018, Error, "Nobody of that name was found in a directory",
        "Administrative users of a directory are kept by their security identifier.",
        "Discovery has not found the user or the group, or the name is mistyped.",
        "provost discovery run --wait, or name the identifier: provost admin add DNS.DOMAIN\\NAME --sid SID";
    DIRECTORY_SIGN_INS_REFUSED = 5019, Warning, "People of a directory were not let in",
        "The first time is told at once; after that all that happened in ten minutes is told together, and only accounts that the directory knows are named. Who asked was not told which it was.",
        "A mistyped password, an account that is locked, disabled, expired or must change its password, somebody who is no administrative user, a domain controller that cannot be asked, or somebody who guesses.",
        "provost explain the number that stands behind the reason; each one that is about an account's state: provost ledger list";
}
