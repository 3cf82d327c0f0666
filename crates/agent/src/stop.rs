//! When to stop: a signal, or the end of the process that started this one.

/// Waits for SIGTERM, SIGINT or, with `with_parent`, the end of standard input.
pub async fn requested(with_parent: bool) {
    let parent_gone = async {
        if with_parent {
            let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
            // Reading standard input blocks, so it has a thread of its own; it ends with the process.
            let reader = std::thread::Builder::new().name("parent".to_owned()).stack_size(64 * 1024).spawn(move || {
                let mut stdin = std::io::stdin().lock();
                let mut buffer = [0; 64];
                while matches!(std::io::Read::read(&mut stdin, &mut buffer), Ok(n) if n > 0) {}
                drop(sender);
            });
            if reader.is_ok() {
                let _ = receiver.await;
                return;
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = signal() => {}
        () = parent_gone => {}
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
