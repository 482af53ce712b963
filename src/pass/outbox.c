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

/* Claims a part, and what their messages need to be whole: so much is read ahead, and so much the directory is asked together. */
#define PART 200

/* What was read of a claim before the transaction that writes its message. */
typedef struct {
	MailLine *line; /* NULL: nothing was */
	gboolean known; /* there is nothing more to read or to ask; without a line: its approval is not pending */
} Ahead;

struct Outbox {
	GHashTable *by_way; /* way and person -> message id of what they get by it in this pass */
	GPtrArray *claims;  /* of Claim; by message from the first part on */
	guint first, end;   /* the part of them */
	GArray *ahead;      /* of Ahead, as the part */
	gint64 as_of;       /* the last event when that was read: it holds as long as that is the last, but for the queueing of messages; 0: it does not hold */
};

static void ahead_clear(gpointer data)
{
	Ahead *ahead = data;
	mail_line_free(ahead->line);
}

Outbox *outbox_new(void)
{
	Outbox *outbox = g_new0(Outbox, 1);
	outbox->by_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	outbox->claims = g_ptr_array_new_with_free_func((GDestroyNotify)claim_free);
	outbox->ahead = g_array_new(FALSE, TRUE, sizeof(Ahead));
	g_array_set_clear_func(outbox->ahead, ahead_clear);
	return outbox;
}

void outbox_free(Outbox *outbox)
{
	if (!outbox)
		return;
	g_hash_table_unref(outbox->by_way);
	g_ptr_array_unref(outbox->claims);
	g_array_unref(outbox->ahead);
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
	Outbox *outbox;
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
static gboolean drop_claim(const Draft *draft, const Claim *claim, const char *why, const GError *cause, GError **error)
{
	const ReminderRow reminder = row_of(claim);
	Event *event = reminder_superseded(&reminder, why, draft->now, NULL, NULL);
	if (cause)
		js_object_set_line(event_private(event), "cause", cause->message);
	draft->outbox->as_of = 0;
	return store_append(session_store(draft->session), event, NULL, error);
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

/* NULL with an error, and where the approval is not pending without one. */
static MailLine *read_line(Session *session, const Claim *claim, GError **error)
{
	ApprovalCase *about = approval_case_load(session, claim->approval, error);
	if (about && about->approval->state == APPROVAL_PENDING)
		return mail_line_new(session, about, claim->person, error);
	approval_case_free(about);
	return NULL;
}

/* As it was read ahead, where that holds. */
static MailLine *line_of(const Draft *draft, const Claim *claim, guint place, GError **error)
{
	Ahead *ahead = &g_array_index(draft->outbox->ahead, Ahead, place - draft->outbox->first);
	if (draft->outbox->as_of && ahead->known)
		return g_steal_pointer(&ahead->line);
	MailLine *line = read_line(draft->session, claim, error);
	if (line)
		mail_line_look_ahead(line, draft->session);
	return line;
}

static gboolean add_line(Draft *draft, guint place, GError **error)
{
	const Claim *claim = draft->outbox->claims->pdata[place];
	g_autoptr(GError) failure = NULL;
	MailLine *line = line_of(draft, claim, place, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!line)
		return drop_claim(draft, claim, "decided before its mail was written", NULL, error);
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
		if (!drop_claim(draft, draft->claims->pdata[i], WHY_UNWRITABLE, why, error))
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
static gboolean put_off_beyond_limit(Session *session, Outbox *outbox, guint start, guint end, gint64 now, gboolean *put_off, GError **error)
{
	const Claim *first = outbox->claims->pdata[start];
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
	outbox->as_of = *put_off ? 0 : outbox->as_of;
	for (guint i = start; *put_off && i < end; i++)
		if (!return_claim(session, outbox->claims->pdata[i], again, now, error))
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

/* The claims from `start` up to `end` share it. */
static gboolean write_message(Session *session, Outbox *outbox, guint start, guint end, gint64 now, GError **error)
{
	const Claim *first = outbox->claims->pdata[start];
	const Channel *channel;
	gboolean put_off = FALSE;
	if (!find_channel(session, first, &channel, error) || (!channel && !put_off_beyond_limit(session, outbox, start, end, now, &put_off, error)))
		return FALSE;
	if (put_off)
		return TRUE;
	g_autoptr(GPtrArray) pending = g_ptr_array_new();
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_line);
	Draft draft = {session, outbox, first->message, first->person, pending, lines, TONE_NEW, now, channel};
	for (guint i = start; i < end; i++)
		if (!add_line(&draft, i, error))
			return FALSE;
	return !lines->len || queue_draft(&draft, error);
}

/* What shares a message stands together. */
static gint compare_claims(gconstpointer a, gconstpointer b)
{
	const Claim *first = *(const Claim *const *)a, *second = *(const Claim *const *)b;
	return strcmp(first->message, second->message);
}

/* Where the claims end that share the message of the one at `start`. */
static guint end_of_message(const GPtrArray *claims, guint start)
{
	const Claim *first = claims->pdata[start];
	guint end = start + 1;
	while (end < claims->len && !strcmp(((const Claim *)claims->pdata[end])->message, first->message))
		end++;
	return end;
}

gboolean outbox_settle_ways(Session *session, Outbox *outbox, gint64 now, GError **error)
{
	return ways_settle(session, outbox->claims, outbox_message_for, outbox, now, error);
}

/* --- a part --- */

gboolean outbox_next_part(Outbox *outbox, gboolean whole)
{
	const guint least = whole ? G_MAXUINT : PART;
	if (!outbox->end)
		g_ptr_array_sort(outbox->claims, compare_claims);
	outbox->first = outbox->end;
	while (outbox->end < outbox->claims->len && outbox->end - outbox->first < least)
		outbox->end = end_of_message(outbox->claims, outbox->end);
	g_array_set_size(outbox->ahead, 0);
	g_array_set_size(outbox->ahead, outbox->end - outbox->first);
	return outbox->first < outbox->end;
}

guint outbox_part_end(const Outbox *outbox)
{
	return outbox->end;
}

/* Where anything but a message was recorded since, all of it is read anew. */
static gboolean check_ahead(Session *session, Outbox *outbox, GError **error)
{
	gint64 last;
	if (!store_last_event(session_store(session), &last, error))
		return FALSE;
	if (last == outbox->as_of)
		return TRUE;
	g_array_set_size(outbox->ahead, 0);
	g_array_set_size(outbox->ahead, outbox->end - outbox->first);
	outbox->as_of = last;
	return TRUE;
}

/* What was read while the directory was not asked yet whose calendar is whose is read again. */
static gboolean look_ahead(Session *session, const Claim *claim, Ahead *ahead, GError **error)
{
	g_autoptr(GError) failure = NULL;
	answers_begin_try(session_answers(session));
	if (!ahead->line)
		ahead->line = read_line(session, claim, &failure);
	const gboolean firm = !answers_are_incomplete(session_answers(session));
	if (ahead->line)
		mail_line_look_ahead(ahead->line, session);
	ahead->known = !answers_are_incomplete(session_answers(session));
	if (!firm)
		g_clear_pointer(&ahead->line, mail_line_free);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

static gboolean look_ahead_of_all(Session *session, Outbox *outbox, GError **error)
{
	for (guint i = outbox->first; i < outbox->end; i++) {
		Ahead *ahead = &g_array_index(outbox->ahead, Ahead, i - outbox->first);
		if (!ahead->known && !look_ahead(session, outbox->claims->pdata[i], ahead, error))
			return FALSE;
	}
	return TRUE;
}

/* As one state of the store, unless the directory is asked for each. */
gboolean outbox_look_ahead(Session *session, Outbox *outbox, GError **error)
{
	Store *store = session_store(session);
	gboolean own = FALSE;
	if (answers_mode(session_answers(session)) == ANSWERS_GATHER && !store_snapshot_begin(store, &own, error))
		return FALSE;
	const gboolean ok = check_ahead(session, outbox, error) && look_ahead_of_all(session, outbox, error);
	store_snapshot_end(store, own);
	return ok;
}

/* The next messages, in the caller's transaction; *next moves past their claims. */
static gboolean compose_some(Session *session, Outbox *outbox, guint *next, gint64 now, GError **error)
{
	for (guint messages = 0; messages < COMPOSE_BATCH && *next < outbox->end; messages++) {
		const guint end = end_of_message(outbox->claims, *next);
		if (!write_message(session, outbox, *next, end, now, error))
			return FALSE;
		*next = end;
	}
	return !outbox->as_of || store_last_event(session_store(session), &outbox->as_of, error);
}

gboolean outbox_compose(Session *session, Outbox *outbox, gint64 now, GError **error)
{
	for (guint next = outbox->first; next < outbox->end;) {
		gboolean ok = store_begin(session_store(session), error) && check_ahead(session, outbox, error) &&
		              compose_some(session, outbox, &next, now, error);
		if (!session_end(session, ok, error))
			return FALSE;
	}
	return TRUE;
}
