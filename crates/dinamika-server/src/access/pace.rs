//! How often one may ask: so many requests a minute from one account, and from one address of guests.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
};

use axum::extract::{ConnectInfo, Request};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::gate::{Means, Who};

/// Those who asked lately, beyond which the others are forgotten.
const REMEMBERED: usize = 10_000;
/// Where an address stands that a proxy of ours answers for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Counts requests.
pub(crate) struct Pace {
    limiter: Option<DefaultKeyedRateLimiter<Asking>>,
    clock: DefaultClock,
}

/// Who is counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Asking {
    Account(String),
    Guest(Option<IpAddr>),
}

impl Pace {
    /// So many requests a minute, at once or one after the other.
    pub(crate) fn new(requests: Option<NonZeroU32>) -> Self {
        let limiter = requests.map(|requests| RateLimiter::keyed(Quota::per_minute(requests)));
        Self { limiter, clock: DefaultClock::default() }
    }

    /// Counts a request of the data; what a page is made of is not counted, nor who sits at this computer.
    ///
    /// # Errors
    /// After how many seconds to come again.
    pub(crate) fn ask(&self, who: Option<&Who>, request: &Request) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let path = request.uri().path();
        let is_data = path.starts_with("/api/v1/") || path.starts_with("/plain") || path == "/";
        if !is_data || who.is_some_and(|who| who.means == Means::Open) {
            return Ok(());
        }
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let account = who.and_then(|who| who.name.clone());
        let asking = account.map_or_else(|| Asking::Guest(address(request)), Asking::Account);
        limiter.check_key(&asking).map_err(|early| early.wait_time_from(self.clock.now()).as_secs() + 1)
    }
}

/// Whose address it is: a proxy on this computer or in its network says for whom it asks.
fn address(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())?;
    let is_near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    let told = request.headers().get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    // The last one is what our proxy saw; those before it anyone may have made up.
    let told = told.and_then(|told| told.rsplit(',').next()?.trim().parse().ok());
    told.filter(|_| is_near).or(Some(peer))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(peer: &str, forwarded: Option<&str>) -> Request {
        let mut request = Request::builder().uri("/api/v1/indicators").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        if let Some(forwarded) = forwarded {
            request.headers_mut().insert(FORWARDED_FOR, forwarded.parse().unwrap());
        }
        request
    }

    #[test]
    fn each_address_has_its_own_count() {
        let pace = Pace::new(NonZeroU32::new(2));
        let ask = |peer: &str, forwarded| pace.ask(None, &asked(peer, forwarded));
        assert_eq!([ask("8.8.8.8", None), ask("8.8.8.8", None)], [Ok(()), Ok(())]);
        assert!(ask("8.8.8.8", None).unwrap_err() <= 31);
        // A header of somebody far away is not believed, that of a proxy of ours is.
        assert!(ask("8.8.8.8", Some("1.2.3.4")).is_err());
        assert_eq!(ask("127.0.0.1", Some("8.8.8.8, 1.2.3.4")), Ok(()));
        assert!(ask("10.0.0.2", Some("8.8.8.8")).is_err());
    }

    #[test]
    fn what_a_page_is_made_of_is_not_counted() {
        let pace = Pace::new(NonZeroU32::new(1));
        let mut request = asked("8.8.8.8", None);
        *request.uri_mut() = "/static/app.js".parse().unwrap();
        assert!((0..9).all(|_| pace.ask(None, &request).is_ok()));
    }
}
