/* Rule 4, one mail a person a pass: the claims of a pass become messages, each queued in one transaction. */
#include "pass/outbox.h"

#include "base/error.h"
#include "domain/resolve.h"
#include "mail/call.h"
#include "pass/coming.h"
#include "pass/mail_line.h"
#include "people/people.h"
#include "sending/ways.h"
#include "service/attaching.h"
#include "service/posting.h"
#include "service/reminder_event.h"

#include <string.h>

/* Messages a transaction: others wait no longer than it takes to write so many. */
#define COMPOSE_BATCH 20

struct Outbox {
	GHashTable *by_way; /* way and person -> message id of what they get by it in this pass */
	GPtrArray *claims;     /* of Claim */
};

Outbox *outbox_new(void)
{
	Outbox *outbox = g_new0(Outbox, 1);
	outbox->by_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	outbox->claims = g_ptr_array_new_with_free_func((GDestroyNotify)claim_free);
	return outbox;
}

void outbox_free(Outbox *outbox)
{
	if (!outbox)
		return;
	g_hash_table_unref(outbox->by_way);
	g_ptr_array_unref(outbox->claims);
	g_free(outbox);
}

const char *outbox_message_for(const char *person, const char *way, gpointer user_data)
{
	Outbox *outbox = user_data;
	char *key = g_strdup_printf("%s %s", way, person);
	char *id = g_hash_table_lookup(outbox->by_way, key);
	if (id) {
		g_free(key);
		return id;
	}
	id = session_new_id("m");
	g_hash_table_insert(outbox->by_way, key, id);
	return id;
}

GPtrArray *outbox_claims(Outbox *outbox)
{
	return outbox->claims;
}

gboolean outbox_recover(Session *session, Outbox *outbox, GError **error)
{
	g_autoptr(GPtrArray) rows = store_claims_without_message(session_store(session), error);
	if (!rows)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		const ReminderRow *row = rows->pdata[i];
		Claim *claim = g_new0(Claim, 1);
		claim->message = g_strdup(row->message);
		claim->approval = g_strdup(row->approval);
		claim->person = g_strdup(row->person);
		claim->channel = g_strdup(row->channel);
		claim->rung = g_strdup(row->rung);
		claim->occurrence = row->occurrence;
		tone_parse(row->tone, &claim->tone);
		g_ptr_array_add(outbox->claims, claim);
		if (!strcmp(claim->channel, "mail"))
			g_hash_table_replace(outbox->by_way, g_strdup_printf("mail %s", claim->person), g_strdup(claim->message));
	}
	return TRUE;
}

/* --- composing --- */

/* The message that several claims of one person travel in. */
typedef struct {
	Session *session;
	const char *id;
	const char *person;
	GPtrArray *claims; /* of Claim, borrowed: still pending */
	GPtrArray *lines;  /* of MailLine, likewise, most urgent first */
	Tone tone;
	gint64 now;
	const Channel *channel; /* NULL: by mail */
} Draft;

/* As the record names it; borrows from the claim. */
static ReminderRow row_of(const Claim *claim)
{
	return (ReminderRow){
		.approval = claim->approval,
		.rung = claim->rung,
		.occurrence = claim->occurrence,
		.person = claim->person,
		.channel = claim->channel,
		.tone = (char *)tone_name(claim->tone),
	};
}

/* `why` names nobody; what may, a cause with an address in it, goes into the side record. */
static gboolean drop_claim(Session *session, const Claim *claim, const char *why, const GError *cause, gint64 now, GError **error)
{
	const ReminderRow reminder = row_of(claim);
	Event *event = reminder_superseded(&reminder, why, now, NULL, NULL);
	if (cause)
		js_object_set_line(event_private(event), "cause", cause->message);
	return store_append(session_store(session), event, NULL, error);
}

static const Claim *claim_of(const Draft *draft, const MailLine *line)
{
	for (guint i = 0; i < draft->claims->len; i++) {
		const Claim *claim = draft->claims->pdata[i];
		if (!strcmp(claim->approval, line->about->approval->id))
			return claim;
	}
	return NULL;
}

/* Most urgent first: highest tone, then deadline, then amount. */
static gint compare_lines(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const MailLine *first = *(const MailLine *const *)a, *second = *(const MailLine *const *)b;
	Tone tone_a = claim_of(user_data, first)->tone, tone_b = claim_of(user_data, second)->tone;
	if (tone_a != tone_b)
		return tone_a > tone_b ? -1 : 1;
	if (first->item.deadline != second->item.deadline)
		return first->item.deadline < second->item.deadline ? -1 : 1;
	return first->item.amount.minor > second->item.amount.minor ? -1 : first->item.amount.minor < second->item.amount.minor;
}

/* Rule 4: to someone outside, the approvals of one stage that asked more people than it needs are one line. */
static gboolean is_told_already(const Draft *draft, const MailLine *line)
{
	for (guint i = 0; i < draft->lines->len; i++) {
		const MailLine *told = draft->lines->pdata[i];
		if (told->of_group && told->about->stage->ordinal == line->about->stage->ordinal &&
		    !strcmp(told->item.invoice, line->item.invoice))
			return TRUE;
	}
	return FALSE;
}

static gboolean add_line(Draft *draft, const Claim *claim, GError **error)
{
	ApprovalCase *about = approval_case_load(draft->session, claim->approval, error);
	if (!about)
		return FALSE;
	if (about->approval->state != APPROVAL_PENDING) {
		approval_case_free(about);
		return drop_claim(draft->session, claim, "decided before its mail was written", NULL, draft->now, error);
	}
	MailLine *line = mail_line_new(draft->session, about, draft->person, error);
	if (!line)
		return FALSE;
	g_ptr_array_add(draft->claims, (gpointer)claim);
	draft->tone = MAX(draft->tone, claim->tone);
	if (line->of_group && is_told_already(draft, line))
		mail_line_free(line);
	else
		g_ptr_array_add(draft->lines, line);
	return TRUE;
}

static const char *administration_of(const MailLine *line)
{
	return line->about->invoice->administration;
}

/* Whoever decides something hears what they are to decide soon. */
static gboolean find_coming(const Draft *draft, const Calendar *calendar, Coming *coming, GError **error)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	gboolean decides = FALSE;
	for (guint i = 0; i < draft->lines->len; i++) {
		const MailItem *item = &((const MailLine *)draft->lines->pdata[i])->item;
		g_ptr_array_add(asked, (gpointer)item->approval);
		decides |= !item->informing;
	}
	return !decides || coming_find(draft->session, draft->person, calendar, asked, draft->now, coming, error);
}

static gboolean compose_mail(Draft *draft, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(draft->session, error);
	const Policy *policy = style ? session_policy(draft->session, NULL, error) : NULL;
	g_autoptr(PersonRow) recipient = policy ? store_person(session_store(draft->session), draft->person, error) : NULL;
	if (!recipient)
		return FALSE;
	g_autofree MailItem *items = g_new(MailItem, draft->lines->len);
	g_autoptr(Attaching) attaching = attaching_new(policy);
	for (guint i = 0; i < draft->lines->len; i++) {
		const MailLine *line = draft->lines->pdata[i];
		items[i] = line->item;
		if (!line->item.informing && !attaching_add(attaching, draft->session, line->about->invoice, &items[i], error))
			return FALSE;
	}
	g_autofree char *message_id = draft->channel ? g_strdup(draft->id) : mail_message_id(session_settings(draft->session), draft->id);
	g_autofree char *thread = NULL;
	g_autoptr(GError) failure = NULL;
	if (draft->lines->len == 1)
		thread = posting_thread(draft->session, items[0].approval, draft->person, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	Calendar *calendar = people_calendar(draft->session, policy, administration_of(draft->lines->pdata[0]), recipient->person);
	g_auto(Coming) coming = {0};
	if (!find_coming(draft, calendar, &coming, error))
		return FALSE;
	MailRequest request = {
		.recipient = recipient->person,
		.calendar = calendar,
		.tone = draft->tone,
		.now = draft->now,
		.items = items,
		.n_items = draft->lines->len,
		.coming = coming.items ? (const MailItem *)coming.items->data : NULL,
		.n_coming = coming.items ? coming.items->len : 0,
		.more_coming = coming.more,
		.message_id = message_id,
		.thread_id = thread,
		.files = (const MailFile *)attaching->files->data,
		.n_files = attaching->files->len,
	};
	return draft->channel ? call_compose(style, draft->channel, &request, mail, error) : mail_compose_reminder(style, &request, mail, error);
}

static gboolean drop_all(const Draft *draft, const GError *why, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(draft->session), draft->person, NULL);
	g_warning("message to %s cannot be written: %s", row ? person_label(row->person) : draft->person, why->message);
	for (guint i = 0; i < draft->claims->len; i++)
		if (!drop_claim(draft->session, draft->claims->pdata[i], WHY_UNWRITABLE, why, draft->now, error))
			return FALSE;
	return TRUE;
}

/* What is wrong with one person's mail must not hold up the others'; what is wrong with the store must. */
static gboolean is_of_this_mail(const GError *failure)
{
	ErrorKind kind = error_kind(failure);
	return kind == ERROR_INVALID || kind == ERROR_PERMANENT;
}

static gboolean queue_draft(Draft *draft, GError **error)
{
	g_ptr_array_sort_with_data(draft->lines, compare_lines, draft);
	ComposedMail mail = {0};
	g_autoptr(GError) failure = NULL;
	if (!compose_mail(draft, &mail, &failure)) {
		if (is_of_this_mail(failure))
			return drop_all(draft, failure, error);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autoptr(GPtrArray) approvals = g_ptr_array_new();
	for (guint i = 0; i < draft->claims->len; i++)
		g_ptr_array_add(approvals, ((const Claim *)draft->claims->pdata[i])->approval);
	const MailLine *first = draft->lines->pdata[0];
	Posting posting = {
		.id = draft->id,
		.kind = draft->channel ? "hook" : "mail",
		.channel = draft->channel ? draft->channel->name : NULL,
		.person = draft->person,
		.approvals = approvals,
		.invoice = draft->lines->len == 1 ? first->item.invoice : NULL,
		.not_before = INSTANT_NONE,
	};
	gboolean queued = posting_queue(draft->session, &posting, &mail, draft->now, error);
	composed_mail_clear(&mail);
	return queued;
}

/* --- no more than so many mails a day --- */

/* What the approval has to say to others before then is not delayed by it. */
static gboolean return_claim(Session *session, const Claim *claim, gint64 again, gint64 now, GError **error)
{
	const ReminderRow reminder = row_of(claim);
	return store_append(session_store(session), reminder_returned(&reminder, "max-per-day", again, now), NULL, error) &&
	       store_wakeup_by(session_store(session), WAKEUP_APPROVAL, claim->approval, again, error);
}

/* Where the person had their mails for today: the claims wait for the next slot, and *put_off is TRUE. */
static gboolean put_off_beyond_limit(Session *session, const GPtrArray *claims, gint64 now, gboolean *put_off, GError **error)
{
	const Claim *first = claims->pdata[0];
	const Policy *policy = session_policy(session, NULL, error);
	g_autoptr(PersonRow) recipient = policy ? store_person(session_store(session), first->person, error) : NULL;
	if (!recipient)
		return FALSE;
	g_autofree char *administration = NULL;
	if (!store_administration(session_store(session), first->approval, &administration, error))
		return FALSE;
	Calendar *calendar = people_calendar(session, policy, administration, recipient->person);
	gint64 midnight = zone_instant(calendar_zone(calendar), calendar_date(calendar, now), 0);
	guint count;
	if (!store_count_mails(session_store(session), first->person, midnight, &count, error))
		return FALSE;
	*put_off = count >= policy->max_per_day;
	/* where there are no slots, tomorrow: until then nothing changes */
	gint64 tomorrow = zone_instant(calendar_zone(calendar), (Date){.day = calendar_date(calendar, now).day + 1}, 0);
	gint64 earliest = policy->slots->len ? now + 60 : tomorrow;
	gint64 again = calendar_next_slot(calendar, policy->slots, calendar_next_work(calendar, earliest));
	for (guint i = 0; *put_off && i < claims->len; i++)
		if (!return_claim(session, claims->pdata[i], again, now, error))
			return FALSE;
	return TRUE;
}

static void free_line(gpointer line)
{
	mail_line_free(line);
}

/* NULL without an error: by mail. What the policy has lost since the ways were settled is looked at again at the next pass. */
static gboolean find_channel(Session *session, const Claim *claim, const Channel **channel, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	*channel = policy ? policy_channel(policy, claim->channel) : NULL;
	if (policy && !*channel && strcmp(claim->channel, "mail"))
		error_set(error, ERROR_TRANSIENT, "the policy has no channel %s any more", claim->channel);
	return policy && (*channel || !strcmp(claim->channel, "mail"));
}

static gboolean write_message(Session *session, const GPtrArray *claims, gint64 now, GError **error)
{
	const Claim *first = claims->pdata[0];
	const Channel *channel;
	gboolean put_off = FALSE;
	if (!find_channel(session, first, &channel, error) || (!channel && !put_off_beyond_limit(session, claims, now, &put_off, error)))
		return FALSE;
	if (put_off)
		return TRUE;
	g_autoptr(GPtrArray) pending = g_ptr_array_new();
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_line);
	Draft draft = {session, first->message, first->person, pending, lines, TONE_NEW, now, channel};
	for (guint i = 0; i < claims->len; i++)
		if (!add_line(&draft, claims->pdata[i], error))
			return FALSE;
	return !lines->len || queue_draft(&draft, error);
}

/* What shares a message stands together. */
static gint compare_claims(gconstpointer a, gconstpointer b)
{
	const Claim *first = *(const Claim *const *)a, *second = *(const Claim *const *)b;
	return strcmp(first->message, second->message);
}

/* The claims from `start` on that share a message. */
static GPtrArray *claims_of_message(const GPtrArray *claims, guint start)
{
	GPtrArray *some = g_ptr_array_new();
	const Claim *first = claims->pdata[start];
	for (guint i = start; i < claims->len && !strcmp(((const Claim *)claims->pdata[i])->message, first->message); i++)
		g_ptr_array_add(some, claims->pdata[i]);
	return some;
}

/* Whom a mail says it goes to next is asked of the directory now: the answers are kept, and the transaction waits for nobody. */
static gboolean look_ahead(Session *session, const Claim *claim, GError **error)
{
	g_auto(NextSteps) steps = {0};
	g_autoptr(ApprovalCase) about = approval_case_load(session, claim->approval, error);
	return about && reminding_next(session, about, claim->person, &steps, error);
}

gboolean outbox_settle_ways(Session *session, Outbox *outbox, gint64 now, GError **error)
{
	return ways_settle(session, outbox->claims, outbox_message_for, outbox, now, error);
}

gboolean outbox_look_ahead(Session *session, Outbox *outbox, GError **error)
{
	for (guint i = 0; i < outbox->claims->len; i++) {
		Claim *claim = outbox->claims->pdata[i];
		if (claim->looked_ahead)
			continue;
		answers_begin_try(session_answers(session));
		if (!look_ahead(session, claim, error))
			return FALSE;
		claim->looked_ahead = !answers_are_incomplete(session_answers(session));
	}
	return TRUE;
}

/* The next messages, in the caller's transaction; *next moves past their claims. */
static gboolean compose_some(Session *session, const GPtrArray *claims, guint *next, gint64 now, GError **error)
{
	for (guint messages = 0; messages < COMPOSE_BATCH && *next < claims->len; messages++) {
		g_autoptr(GPtrArray) some = claims_of_message(claims, *next);
		if (!write_message(session, some, now, error))
			return FALSE;
		*next += some->len;
	}
	return TRUE;
}

gboolean outbox_compose(Session *session, Outbox *outbox, gint64 now, GError **error)
{
	g_ptr_array_sort(outbox->claims, compare_claims);
	for (guint next = 0; next < outbox->claims->len;) {
		gboolean ok = store_begin(session_store(session), error) &&
		              compose_some(session, outbox->claims, &next, now, error);
		if (!session_end(session, ok, error))
			return FALSE;
	}
	return TRUE;
}
