/* What one run of Akkoord works with: settings, store, directory, policy and house style, opened once and passed along. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "base/invocation.h"
#include "config/policy_file.h"
#include "config/settings.h"
#include "mail/compose.h"
#include "session/answers.h"
#include "session/feed_reader.h"
#include "session/mail_poll.h"
#include "session/waits.h"
#include "store/store.h"

typedef struct Session Session;

/* Reads akkoord.conf and opens the store. On wrong configuration ERROR_CONFIG whose text holds every problem, one a line. */
Session *session_open(const Invocation *invocation, GError **error);
/* The same with the store as it is at that moment, to be read only: nothing that is done with the session changes it. */
Session *session_open_to_read(const Invocation *invocation, GError **error);
void session_close(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_close)

/* The instant that --now gave, else the clock's. */
gint64 session_now(const Session *session);

const Settings *session_settings(const Session *session);
Settings *session_settings_ref(Session *session); /* a reference of its own, for a thread */
Store *session_store(const Session *session);

/* What the directory said since the pass began. */
Answers *session_answers(Session *session);
/* What was left undone since then for want of an answer. */
Waits *session_waits(Session *session);
const MailStyle *session_mail_style(Session *session, GError **error);
/* Where the templates are that come with Akkoord. */
const char *session_template_root(void);

/* The policy in force, borrowed until the session closes; *version (may be NULL) is its number. ERROR_CONFIG where none was applied yet. */
const Policy *session_policy(Session *session, gint64 *version, GError **error);
/* That version of it, likewise. */
const Policy *session_policy_at(Session *session, gint64 version, GError **error);

/* The name of the operating system's user who runs this, as evidence for the side record. */
const char *session_os_user(const Session *session);

/* A new random id with that prefix: "p7k2…". Owned by the caller. */
char *session_new_id(const char *prefix);

/* What was read of absences in this pass (people/absences.c): kept until a next one; NULL: nothing yet. The session takes it. */
gpointer session_absences(const Session *session);
void session_keep_absences(Session *session, gpointer absences, GDestroyNotify destroy);

/* The threads that read calendars of absences (session/feeds.c). */
FeedReaders *session_feed_readers(Session *session);
gboolean session_reads_feeds(const Session *session); /* whether any were asked for */

/* The places of the mailboxes that are polled (pass/polling.c), in the order of the settings: GArray of PollPlace. */
GArray *session_mail_polls(Session *session);
gboolean session_polls_mail(const Session *session); /* whether they were asked for */

/* Who is to be asked whether this process was told to end: then nothing is waited for that may take long (answers_set_stop()), and nothing more is sent. Without it, never. */
typedef gboolean (*SessionStop)(gpointer user_data);
void session_set_stop(Session *session, SessionStop is_stopping, gpointer user_data);
gboolean session_is_stopping(const Session *session);

/* Ends a transaction: commits where `ok`, else rolls back; also, with ERROR_TRANSIENT, where questions are gathered and it was incomplete (answers.h). FALSE unless
 * it was committed. */
gboolean session_end(Session *session, gboolean ok, GError **error);

#endif
