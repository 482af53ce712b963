/* News ends nothing and asks for nothing: it is no reminder, and what becomes of the approval does not take it back. */
#include "service/news.h"

#include "base/error.h"
#include "people/people.h"
#include "service/posting.h"

#include <string.h>

/* Whether a mail about the approval reached them, or may have. */
static gboolean heard_of_it(Session *session, const ApprovalCase *about, gboolean *heard, GError **error)
{
	static const char *const gone[] = {"accepted", "uncertain", "sending", NULL};
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), about->approval->id, error);
	*heard = FALSE;
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		*heard |= message_row_reminds(message) && !strcmp(message->person, about->approval->person) && g_strv_contains(gone, message->state);
	}
	return messages != NULL;
}

static gboolean fill_item(const ApprovalCase *about, const Person *heir, MailItem *item, GError **error)
{
	if (!approval_case_item(about, item, error))
		return FALSE;
	item->deadline = INSTANT_NONE;
	item->informing = TRUE;
	item->approver = heir ? heir->name : NULL;
	return TRUE;
}

static gboolean queue(Session *session, const ApprovalCase *about, const char *id, const ComposedMail *mail, gint64 not_before, gint64 now,
                      GError **error)
{
	g_autoptr(GPtrArray) approvals = g_ptr_array_new();
	g_ptr_array_add(approvals, about->approval->id);
	Posting posting = {
		.id = id,
		.kind = "news",
		.person = about->approval->person,
		.approvals = approvals,
		.invoice = about->invoice->id,
		.not_before = not_before,
	};
	return posting_queue(session, &posting, mail, now, error);
}

static gboolean compose(Session *session, const ApprovalCase *about, const Person *heir, Calendar *calendar, const char *id, gint64 now,
                        ComposedMail *mail, GError **error)
{
	MailItem item;
	const MailStyle *style = session_mail_style(session, error);
	if (!style || !fill_item(about, heir, &item, error))
		return FALSE;
	g_autoptr(GError) failure = NULL;
	g_autofree char *message_id = mail_message_id(session_settings(session), id);
	g_autofree char *thread = posting_thread(session, about->approval->id, about->approval->person, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	MailRequest request = {
		.recipient = about->approver->person,
		.calendar = calendar,
		.now = now,
		.items = &item,
		.n_items = 1,
		.message_id = message_id,
		.thread_id = thread,
	};
	return mail_compose_news(style, &request, "moved", mail, error);
}

gboolean news_moved(Session *session, const ApprovalCase *about, const Person *heir, gint64 now, GError **error)
{
	gboolean heard;
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy || !heard_of_it(session, about, &heard, error))
		return FALSE;
	if (!heard)
		return TRUE;
	g_autofree char *id = session_new_id("m");
	g_autoptr(GError) failure = NULL;
	ComposedMail mail = {0};
	Calendar *calendar = people_calendar(session, policy, about->invoice->administration, about->approver->person);
	if (!compose(session, about, heir, calendar, id, now, &mail, &failure)) {
		if (error_kind(failure) == ERROR_PERMANENT || error_kind(failure) == ERROR_INVALID) {
			g_warning("invoice %s: its first approver is not told: %s", about->invoice->id, failure->message);
			return TRUE;
		}
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	gboolean queued = queue(session, about, id, &mail, calendar_next_work(calendar, now), now, error);
	composed_mail_clear(&mail);
	return queued;
}
