/* The thread and who started it share one MailPoll; what both touch is under its lock. Who lets go last frees. */
#include "session/mail_poll.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/secret_file.h"
#include "mail/bearer.h"
#include "net/mailbox.h"

#include <string.h>

#define BATCH_MAX       20
#define BATCH_MAX_BYTES (32 * 1024 * 1024)
#define PAGE            MAILBOX_LIST_MAX
#define FAILURES_MAX    3   /* mails that cannot be fetched, in one poll: one alone holds up no others */

/* What it does with the server takes three times its timeout at most, and good-bye once. */
#define TIMES_OVER 4
#define SLACK_US   (30 * G_USEC_PER_SEC)

struct MailPoll {
	gatomicrefcount references; /* two: either side may let go first */
	GMutex lock;
	GCond changed;
	/* under the lock */
	PollState state;
	gboolean confirmed, abandoned;
	gint64 deadline_us; /* anew with each offer that is taken */
	/* the thread's, but while it offers or has ended */
	GPtrArray *mails;
	PollResult result;
	GError *passed_over; /* why the first of the mails that could not be fetched could not */
	guint failures;
	/* neither changes */
	Settings *settings;
	const ImapAccess *access;
	guint most;
	gsize size_max;
};

static void free_mail(gpointer data)
{
	PolledMail *mail = data;
	g_bytes_unref(mail->bytes);
	g_free(mail);
}

static void poll_unref(MailPoll *poll)
{
	if (!g_atomic_ref_count_dec(&poll->references))
		return;
	g_mutex_clear(&poll->lock);
	g_cond_clear(&poll->changed);
	g_ptr_array_unref(poll->mails);
	g_clear_error(&poll->result.error);
	g_clear_error(&poll->passed_over);
	settings_unref(poll->settings);
	g_free(poll);
}

/* --- in the thread --- */

static char *current_token(const char *refused, gpointer bearer, GError **error)
{
	return bearer_get(bearer, refused, error);
}

/* `bearer` may be NULL, and outlives it. */
static Mailbox *open_mailbox(const ImapAccess *access, Bearer *bearer, guint *count, GError **error)
{
	char *password = access->password_file ? secret_file_read(access->password_file, SECRET_FILE_MAX_BYTES, error) : NULL;
	if (access->password_file && !password) {
		g_prefix_error(error, "password_file: ");
		return NULL;
	}
	g_autoptr(Mailbox) mailbox = mailbox_new(&(MailboxSettings){.url = access->url,
	                                                            .starttls = access->starttls,
	                                                            .ca_file = access->ca_file,
	                                                            .user = access->user,
	                                                            .password = password,
	                                                            .auth = access->auth,
	                                                            .token_source = bearer ? current_token : NULL,
	                                                            .token_data = bearer,
	                                                            .timeout_s = access->timeout_s},
	                                         error);
	secret_file_free(password);
	return mailbox && mailbox_open(mailbox, count, error) ? g_steal_pointer(&mailbox) : NULL;
}

/* FALSE: nobody waits for it any more. */
static gboolean offer(MailPoll *poll)
{
	g_mutex_lock(&poll->lock);
	poll->state = POLL_OFFERS;
	poll->confirmed = FALSE;
	g_cond_broadcast(&poll->changed);
	while (!poll->confirmed && !poll->abandoned)
		g_cond_wait(&poll->changed, &poll->lock);
	const gboolean goes_on = !poll->abandoned;
	g_mutex_unlock(&poll->lock);
	return goes_on;
}

static gboolean take_away(MailPoll *poll, Mailbox *mailbox, GError **error)
{
	g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	for (guint i = 0; i < poll->mails->len; i++)
		g_array_append_val(uids, ((const PolledMail *)poll->mails->pdata[i])->uid);
	g_ptr_array_set_size(poll->mails, 0);
	return mailbox_take_away(mailbox, uids, poll->access->done, error);
}

/* FALSE: it is over, with an error or without. */
static gboolean hand_over(MailPoll *poll, Mailbox *mailbox, GError **error)
{
	if (!poll->mails->len)
		return TRUE;
	const gboolean goes_on = offer(poll);
	mailbox_give_time(mailbox);
	return goes_on && take_away(poll, mailbox, error);
}

static void leave(MailPoll *poll, guint32 uid)
{
	poll->result.left++;
	poll->result.last_left = MAX(poll->result.last_left, uid);
}

/* One that the server does not give is passed over: it may be gone. So is one at which something goes wrong, a few times. */
static gboolean fetch(MailPoll *poll, Mailbox *mailbox, guint32 uid, gsize *held, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = mailbox_fetch(mailbox, uid, poll->size_max, &failure);
	if (bytes) {
		PolledMail *mail = g_new0(PolledMail, 1);
		*held += g_bytes_get_size(bytes);
		*mail = (PolledMail){uid, g_steal_pointer(&bytes)};
		g_ptr_array_add(poll->mails, mail);
		return TRUE;
	}
	const gboolean too_large = error_kind(failure) == ERROR_INVALID;
	if (too_large)
		leave(poll, uid);
	if (too_large)
		return TRUE;
	if (!poll->passed_over)
		poll->passed_over = g_error_copy(failure);
	if (error_kind(failure) == ERROR_NOT_FOUND || ++poll->failures < FAILURES_MAX)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Those of one page. */
static gboolean fetch_page(MailPoll *poll, Mailbox *mailbox, const GArray *entries, guint *taken, GError **error)
{
	gsize held = 0;
	for (guint i = 0; i < entries->len; i++) {
		const MailboxEntry *entry = &g_array_index(entries, MailboxEntry, i);
		if (entry->size > (gint64)poll->size_max) {
			leave(poll, entry->uid);
			continue;
		}
		poll->result.more = *taken == poll->most;
		if (poll->result.more)
			break;
		(*taken)++;
		if (poll->mails->len == BATCH_MAX || (poll->mails->len && held + (gsize)entry->size > BATCH_MAX_BYTES)) {
			if (!hand_over(poll, mailbox, error))
				return FALSE;
			held = 0;
		}
		if (!fetch(poll, mailbox, entry->uid, &held, error)) {
			hand_over(poll, mailbox, NULL); /* what came before it counts */
			return FALSE;
		}
	}
	return hand_over(poll, mailbox, error);
}

/* From the last page to the first: what is moved away in one changes the numbers of none that is still to come. */
static gboolean fetch_all(MailPoll *poll, Mailbox *mailbox, guint count, GError **error)
{
	guint taken = 0;
	poll->result.validity = mailbox_validity(mailbox);
	for (guint page = (count + PAGE - 1) / PAGE; page > 0 && !poll->result.more; page--) {
		g_autoptr(GArray) entries = mailbox_list(mailbox, (page - 1) * PAGE + 1, page * PAGE, error);
		if (!entries || !fetch_page(poll, mailbox, entries, &taken, error))
			return FALSE;
	}
	return TRUE;
}

static gpointer thread_main(gpointer data)
{
	MailPoll *poll = data;
	g_autoptr(Bearer) bearer = bearer_new_for_imap(poll->access);
	guint count = 0;
	g_autoptr(Mailbox) mailbox = open_mailbox(poll->access, bearer, &count, &poll->result.error);
	if (mailbox)
		fetch_all(poll, mailbox, count, &poll->result.error);
	if (!poll->result.error)
		poll->result.error = g_steal_pointer(&poll->passed_over);
	g_clear_pointer(&mailbox, mailbox_free);
	g_mutex_lock(&poll->lock);
	poll->state = POLL_ENDED;
	g_cond_broadcast(&poll->changed);
	g_mutex_unlock(&poll->lock);
	poll_unref(poll);
	return NULL;
}

/* --- the starter's --- */

static gint64 deadline_from_now(const ImapAccess *access)
{
	return clock_monotonic_us() + access->timeout_s * TIMES_OVER * G_USEC_PER_SEC + SLACK_US;
}

MailPoll *mail_poll_start(Settings *settings, const ImapAccess *access, guint most, gsize size_max)
{
	MailPoll *poll = g_new0(MailPoll, 1);
	g_atomic_ref_count_init(&poll->references);
	g_atomic_ref_count_inc(&poll->references);
	g_mutex_init(&poll->lock);
	g_cond_init(&poll->changed);
	poll->settings = settings;
	poll->access = access;
	poll->most = most;
	poll->size_max = size_max;
	poll->mails = g_ptr_array_new_with_free_func(free_mail);
	poll->deadline_us = deadline_from_now(access);
	GThread *thread = g_thread_try_new("mailbox", thread_main, poll, NULL);
	if (thread) {
		g_thread_unref(thread);
		return poll;
	}
	poll_unref(poll);
	poll_unref(poll);
	return NULL;
}

void mail_poll_free(MailPoll *poll)
{
	if (!poll)
		return;
	g_mutex_lock(&poll->lock);
	poll->abandoned = TRUE;
	g_cond_broadcast(&poll->changed);
	g_mutex_unlock(&poll->lock);
	poll_unref(poll);
}

PollState mail_poll_wait(MailPoll *poll, gint64 deadline_us)
{
	g_mutex_lock(&poll->lock);
	while (poll->state == POLL_WORKS && g_cond_wait_until(&poll->changed, &poll->lock, deadline_us))
		;
	const PollState state = poll->state;
	const gboolean overdue = state == POLL_WORKS && clock_monotonic_us() > poll->deadline_us;
	g_mutex_unlock(&poll->lock);
	return overdue ? POLL_OVERDUE : state;
}

const GPtrArray *mail_poll_mails(const MailPoll *poll)
{
	return poll->mails;
}

void mail_poll_confirm(MailPoll *poll)
{
	g_mutex_lock(&poll->lock);
	poll->state = POLL_WORKS;
	poll->confirmed = TRUE;
	poll->deadline_us = deadline_from_now(poll->access);
	g_cond_broadcast(&poll->changed);
	g_mutex_unlock(&poll->lock);
}

const PollResult *mail_poll_result(const MailPoll *poll)
{
	return &poll->result;
}

gboolean mail_poll_check(const ImapAccess *access, GError **error)
{
	g_autoptr(Bearer) bearer = bearer_new_for_imap(access);
	guint count;
	g_autoptr(Mailbox) mailbox = open_mailbox(access, bearer, &count, error);
	return mailbox != NULL;
}
