//! The lists as this server keeps them in memory: who may see what is decided anew at each request, by the campaign's facts
//! and the clock; what is seen was finished and compressed before, so that a public page costs a look-up.
//!
//! `Lists` follows the database: it looks every [`POLL`], and at once after a write of this process. A letter whose revision
//! rose is replaced by one with nothing made yet, and the first reader of each form makes it.

use super::edition::Edition;
pub(super) use super::form::Form;
use super::phase::Phase;
use super::store::{self, Live};
use crate::campaign::{Campaign, Translation, TranslationVersion, store as campaigns};
use crate::clock::{Clock, Timestamp};
use crate::config::BaseUrl;
use crate::db::{self, Db, Signal};
use crate::ids::CampaignId;
use crate::secret::Random;
use crate::text::Language;
use crate::web::Fault;
use crate::web::kept::Kept;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, OnceCell, watch};
use tokio::time::{sleep, timeout};

/// How long news from elsewhere stays unknown here, at most, beside the look itself.
const POLL: Duration = Duration::from_millis(400);
/// How long a reader waits for the look at what was just written here. Longer than this the database is in trouble, and
/// the list as it was is better than none.
const PATIENCE: Duration = Duration::from_secs(1);

/// Every letter and its list, as this server shows them. Handlers take it: `lists: web::Data<Lists>`.
pub struct Lists {
    pub(super) rooms: Arc<Rooms>,
    follower: tokio::task::JoinHandle<()>,
}

impl Drop for Lists {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

pub(super) struct Rooms {
    pub(super) db: Db,
    clock: Clock,
    random: Random,
    base_url: BaseUrl,
    shelf: RwLock<Arc<Shelf>>,
    /// How often this process had written about lists when the shelf was last looked through.
    looked: watch::Sender<u64>,
}

/// All campaigns at one moment.
#[derive(Default)]
pub(super) struct Shelf {
    by_slug: HashMap<String, Arc<Letter>>,
    by_id: BTreeMap<CampaignId, Arc<Letter>>,
    /// How many signed which letter, from how many countries.
    counts: OnceCell<BTreeMap<CampaignId, (i64, usize)>>,
}

/// A campaign at one revision of its list.
pub(super) struct Letter {
    pub(super) campaign: Campaign,
    shown: OnceCell<Arc<Shown>>,
    /// What was last shown of it, over all revisions; who holds it makes the next.
    last: Arc<Turn<Option<Arc<Shown>>>>,
}

/// A letter with an edition of its list, and the finished forms that somebody has asked for.
pub(super) struct Shown {
    pub(super) live: Live,
    /// Whether the edition was the newest when this was made; a newer one gets a `Shown` of its own.
    pub(super) is_live: bool,
    pub(super) base_url: BaseUrl,
    forms: RwLock<HashMap<Form, Arc<OnceCell<Kept>>>>,
    folded: OnceLock<Vec<String>>,
    /// Old editions that somebody has asked for, as they are shown at this revision.
    pub(super) old: Mutex<Vec<Arc<Shown>>>,
}

impl Lists {
    /// Reads what there is and begins to follow it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn start(db: Db, clock: Clock, random: Random, base_url: BaseUrl) -> Result<Self, db::Error> {
        let looked = watch::Sender::new(0);
        let rooms = Arc::new(Rooms { db, clock, random, base_url, shelf: RwLock::default(), looked });
        rooms.look().await?;
        // Before anything is answered: a machine whose clock is ahead must not show a letter before its moment.
        rooms.follow_clock().await?;
        let follower = tokio::spawn(follow(Arc::clone(&rooms)));
        Ok(Self { rooms, follower })
    }

    /// The time, by the clock that decides who sees what.
    pub(super) fn now(&self) -> Timestamp {
        self.rooms.clock.now()
    }

    /// A letter that a stranger may see now.
    ///
    /// # Errors
    /// [`Fault::NotFound`] alike when there is none and when it is private.
    pub(super) async fn letter(&self, slug: &str) -> Result<Arc<Letter>, Fault> {
        let shelf = self.rooms.fresh().await;
        let letter = shelf.by_slug.get(slug).filter(|letter| letter.campaign.is_visible(self.now()));
        letter.cloned().ok_or(Fault::NotFound)
    }

    /// A letter whoever may see it: for those who were given a link to it.
    pub(super) async fn whoever_may_see(&self, id: CampaignId) -> Option<Arc<Letter>> {
        self.rooms.fresh().await.by_id.get(&id).cloned()
    }

    /// The page of a letter, if it is finished and nothing has to be waited for: `None` means no more than that whoever
    /// asks has to ask again the long way.
    pub fn at_once(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let path = request.path().strip_prefix("/letters/")?;
        let (slug, tag) = path.split_once('/').map_or((path, None), |(slug, tag)| (slug, Some(tag)));
        let is_plain =
            matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().query().is_none();
        if !is_plain || *self.rooms.looked.borrow() < self.rooms.db.lists_raised() {
            return None;
        }
        let shelf = unpoisoned(self.rooms.shelf.read());
        let letter = shelf.by_slug.get(slug)?;
        let now = self.now();
        if !letter.campaign.is_visible(now) {
            return None;
        }
        let (shown, phase) = (letter.shown.get()?, Phase::of(&letter.campaign, now));
        let page = match tag {
            None => Form::Page(phase, 1),
            Some(tag) => Form::In(shown.live.place_of(tag)?, phase),
        };
        let forms = unpoisoned(shown.forms.read());
        Some(forms.get(&page)?.get()?.answer(request))
    }

    /// The letters that stand on the index page now, newest first, with how many organizations signed, from how many
    /// countries.
    pub(super) async fn announced(&self) -> Result<Vec<(Arc<Letter>, i64, usize)>, Fault> {
        let shelf = self.rooms.fresh().await;
        let counts = shelf.counts.get_or_try_init(|| self.rooms.db.read(store::counts)).await?;
        let announced = shelf.by_id.values().rev().filter(|letter| letter.campaign.is_announced(self.now()));
        let counted = announced.map(|letter| {
            let (organizations, countries) = counts.get(&letter.campaign.id).copied().unwrap_or_default();
            (Arc::clone(letter), organizations, countries)
        });
        Ok(counted.collect())
    }

    /// A letter with its live edition, which is made now if nobody has asked for it since the list changed.
    pub(super) async fn live(&self, letter: &Letter) -> Result<Arc<Shown>, Fault> {
        if let Some(shown) = letter.shown.get() {
            return Ok(Arc::clone(shown));
        }
        let mut last = letter.last.lock().await;
        let made = letter.shown.get_or_try_init(|| async {
            let wanted = letter.campaign.list_revision;
            if let Some(shown) = last.as_ref().filter(|last| last.live.campaign.list_revision >= wanted) {
                return Ok(Arc::clone(shown));
            }
            let Rooms { db, clock, random, base_url, .. } = &*self.rooms;
            let live = store::live(db, clock, random, letter.campaign.id).await?.ok_or(Fault::NotFound)?;
            let shown = Arc::new(Shown::new(live, true, base_url.clone()));
            *last = Some(Arc::clone(&shown));
            Ok(shown)
        });
        match (made.await.cloned(), last.as_ref()) {
            // An edition that cannot be stored now (the disk is full) is made by a later reader.
            (Err(Fault::Unavailable(_)), Some(before)) => Ok(Arc::clone(before)),
            (made, _) => made,
        }
    }

    /// A translation of a letter that is offered, with its versions, the newest first.
    pub(super) async fn translation(
        &self,
        letter: &Letter,
        language: Language,
    ) -> Result<Option<(Translation, Vec<TranslationVersion>)>, Fault> {
        let id = letter.campaign.id;
        let read = self.rooms.db.read(move |conn| -> Result<_, db::Error> {
            let found = campaigns::translation(conn, id, &language)?;
            let Some(found) = found.filter(|found| found.retired_at.is_none()) else { return Ok(None) };
            let versions = campaigns::translation_versions(conn, found.id)?;
            Ok(Some((found, versions)))
        });
        Ok(read.await?)
    }
}

/// Looks at the database for ever: at once when this process has written, and every [`POLL`].
async fn follow(rooms: Arc<Rooms>) {
    loop {
        tokio::select! {
            () = rooms.db.signal(Signal::List).notified() => {}
            () = sleep(POLL) => {}
        }
        match rooms.look().await {
            // The database's troubles are told by whoever meets them while answering; here they would be told twice a second.
            Err(error) => tracing::debug!(%error, "the lists could not be looked through"),
            // As long as it is away the clock stays corrected as it was.
            Ok(()) => drop(rooms.follow_clock().await),
        }
    }
}

impl Rooms {
    /// The shelf with everything on it that this process has written so far.
    async fn fresh(&self) -> Arc<Shelf> {
        let written = self.db.lists_raised();
        if *self.looked.borrow() < written {
            let mut looked = self.looked.subscribe();
            // Either outcome will do: see `PATIENCE`.
            let _ = timeout(PATIENCE, looked.wait_for(|looked| *looked >= written)).await;
        }
        unpoisoned(self.shelf.read()).clone()
    }

    /// Corrects the clock to the database's.
    async fn follow_clock(&self) -> Result<(), db::Error> {
        if !self.db.is_embedded() {
            self.clock.follow(self.db.clock_ahead(Clock::system()).await?);
        }
        Ok(())
    }

    /// Replaces what has changed. Readers are let go even if the database is away.
    async fn look(&self) -> Result<(), db::Error> {
        let written = self.db.lists_raised();
        let before = unpoisoned(self.shelf.read()).clone();
        let known: BTreeMap<CampaignId, i64> =
            before.by_id.iter().map(|(id, letter)| (*id, letter.campaign.list_revision)).collect();
        let looked = self.db.read(move |conn| {
            let revisions = store::revisions(conn)?;
            let same = revisions.len() == known.len()
                && revisions.iter().all(|(id, revision)| known.get(id) == Some(revision));
            if same { Ok(None) } else { campaigns::all(conn).map(Some) }
        });
        let looked = looked.await;
        if let Ok(Some(campaigns)) = &looked {
            let shelf = Arc::new(before.with(campaigns));
            *unpoisoned(self.shelf.write()) = shelf;
        }
        self.looked.send_replace(written);
        looked.map(|_| ())
    }
}

impl Shelf {
    /// The shelf with these campaigns; what has not changed stays as it is.
    fn with(&self, campaigns: &[Campaign]) -> Self {
        let letter = |campaign: &Campaign| match self.by_id.get(&campaign.id) {
            Some(same) if same.campaign == *campaign => Arc::clone(same),
            older => Arc::new(Letter {
                campaign: campaign.clone(),
                shown: OnceCell::new(),
                last: older.map(|older| Arc::clone(&older.last)).unwrap_or_default(),
            }),
        };
        let by_id: BTreeMap<_, _> =
            campaigns.iter().map(|campaign| (campaign.id, letter(campaign))).collect();
        let slug = |letter: &Arc<Letter>| letter.campaign.settings.slug.as_str().to_owned();
        let by_slug = by_id.values().map(|letter| (slug(letter), Arc::clone(letter))).collect();
        Self { by_slug, by_id, counts: OnceCell::new() }
    }
}

impl Shown {
    pub(super) fn new(live: Live, is_live: bool, base_url: BaseUrl) -> Self {
        let (forms, old) = (RwLock::default(), Mutex::default());
        Self { live, is_live, base_url, forms, folded: OnceLock::new(), old }
    }

    pub(super) fn edition(&self) -> &Edition {
        &self.live.edition
    }

    /// What a search looks through: for each entry, in order, everything it is called, folded.
    pub(super) fn folded(&self) -> &[String] {
        self.folded.get_or_init(|| {
            let names = self.edition().contents.signatories().map(|signatory| {
                let names = [Some(&signatory.name), Some(&signatory.organization)];
                let others = [signatory.acronym.as_ref(), signatory.native_name.as_ref()];
                let folded =
                    names.into_iter().chain(others).flatten().map(|name| crate::text::searchable(name));
                folded.collect::<Vec<_>>().join("\n")
            });
            names.collect()
        })
    }

    /// Answers with a form, which `make` makes on another thread if nobody has asked for it before.
    pub(super) async fn answer(
        self: &Arc<Self>,
        request: &HttpRequest,
        form: Form,
        make: fn(&Self, Form) -> Result<Kept, Fault>,
    ) -> Result<HttpResponse, Fault> {
        let known = unpoisoned(self.forms.read()).get(&form).cloned();
        let kept = match known {
            Some(kept) => kept,
            None => Arc::clone(unpoisoned(self.forms.write()).entry(form).or_default()),
        };
        if let Some(kept) = kept.get() {
            return Ok(kept.answer(request));
        }
        let made = kept.get_or_try_init(|| async {
            let this = Arc::clone(self);
            let made = tokio::task::spawn_blocking(move || make(&this, form)).await;
            made.map_err(Fault::unexpected)?
        });
        Ok(made.await?.answer(request))
    }
}

/// What a lock holds. Nothing here is half done when a panic could happen.
pub(super) fn unpoisoned<T>(locked: Result<T, PoisonError<T>>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}
