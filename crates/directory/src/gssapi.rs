//! Signing in with Kerberos on port 389: a SASL GSSAPI bind (RFC 4752, MS-ADTS §5.1.1.1.2), sealed from then on. Whatever may
//! wait for a domain controller runs on a thread that may wait.

use crate::bind;
use crate::channel::{Line, Sealed};
use crate::sasl;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Credential, Initiator, Mechanism, Step};
use tokio::net::TcpStream;

const STEP: &str = "sign in";
/// Most rounds of an exchange; Kerberos needs two.
const ROUNDS_MAX: usize = 6;

/// Runs what may block on a thread for that.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => Err(Failure::new(Outcome::Broken, STEP, panic)),
    }
}

/// The first token for a domain controller, with what goes on from it.
pub(crate) type Begun = (Initiator, Step);

/// Gets the ticket that proves `credential` to the domain controller `host`: whoever gives tickets is asked, and not yet that one.
pub(crate) async fn begin(credential: Credential, host: &str) -> Result<Begun, Failure> {
    let service = format!("ldap@{host}");
    blocking(move || {
        let mut initiator = Initiator::new(&credential, &service, Mechanism::Kerberos)?;
        let step = initiator.step(None)?;
        Ok((initiator, step))
    })
    .await
}

/// Signs in to the domain controller at the other end of `stream`, and seals what follows.
pub(crate) async fn sign_in(mut stream: TcpStream, (mut initiator, mut step): Begun) -> Result<Line, Failure> {
    let mut rounds = 0..ROUNDS_MAX;
    // Until our side is done: token for token. When the last token is the server's, an empty one asks for its offer.
    let offer = loop {
        if rounds.next().is_none() {
            return Err(Failure::new(Outcome::Broken, STEP, "tokens without end"));
        }
        let answer = bind::sasl(&mut stream, step.token.as_deref().unwrap_or(&[])).await?;
        let token = answer.in_progress()?;
        if step.complete {
            break token;
        }
        (initiator, step) = blocking(move || {
            let step = initiator.step(Some(&token))?;
            Ok((initiator, step))
        })
        .await?;
    };
    let mut sealing = initiator.session()?;
    let plain_max = sasl::read_offer(&sealing.unwrap_signed(&offer)?)?;
    let choice = sealing.wrap_signed(&sasl::choice())?;
    bind::sasl(&mut stream, &choice).await?.done()?;
    Ok(Line::Sealed(Sealed::new(stream, sealing, plain_max)))
}
