/* Counting goes by messages: reminders of one number travel in one. */
#include "service/foretold.h"

#include "base/instant.h"

#include <string.h>

Rehearsed foretold_keep(const Rehearsed *rehearsed)
{
	Rehearsed kept = *rehearsed;
	kept.invoice = g_intern_string(rehearsed->invoice);
	kept.stage = g_intern_string(rehearsed->stage);
	kept.rung = g_intern_string(rehearsed->rung);
	kept.why = g_intern_string(rehearsed->why);
	return kept;
}

Json *foretold_record(const Rehearsed *reminder)
{
	Json *record = js_object_new();
	js_object_set_instant(record, "at", reminder->at);
	js_object_set_line(record, "invoice", reminder->invoice);
	js_object_set_line(record, "stage", reminder->stage);
	js_object_set_line(record, "approver", reminder->approver ? person_label(reminder->approver) : NULL);
	js_object_set_line(record, "rung", reminder->rung);
	js_object_set_integer(record, "occurrence", reminder->occurrence);
	js_object_set_line(record, "recipient", reminder->person->mail ? reminder->person->mail : person_label(reminder->person));
	js_object_set_string(record, "role", role_name(reminder->role));
	js_object_set_string(record, "send", rehearsed_send_name(reminder->send));
	js_object_set_string(record, "tone", tone_name(reminder->tone));
	return record;
}

/* --- totals --- */

ForetoldTotals *foretold_totals_new(void)
{
	ForetoldTotals *totals = g_new0(ForetoldTotals, 1);
	totals->shares = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	totals->stuck = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	totals->idle = g_array_new(FALSE, FALSE, sizeof(ForetoldTrouble));
	totals->messages = g_hash_table_new(g_direct_hash, g_direct_equal);
	totals->instant = INSTANT_NONE;
	return totals;
}

void foretold_totals_free(ForetoldTotals *totals)
{
	if (!totals)
		return;
	g_hash_table_unref(totals->shares);
	g_hash_table_unref(totals->stuck);
	g_array_unref(totals->idle);
	g_hash_table_unref(totals->messages);
	g_free(totals);
}

static ForetoldShare *share_of(ForetoldTotals *totals, const Person *person)
{
	const char *id = g_intern_string(person->directory_id);
	ForetoldShare *share = g_hash_table_lookup(totals->shares, id);
	if (!share) {
		share = g_new0(ForetoldShare, 1);
		share->id = id;
		share->person = person;
		g_hash_table_insert(totals->shares, (gpointer)id, share);
	}
	return share;
}

/* A mail escalates once, whichever of its reminders does. */
static void add_mail(ForetoldTotals *totals, const Rehearsed *reminder)
{
	const gpointer number = GUINT_TO_POINTER(reminder->message);
	const guint before = GPOINTER_TO_UINT(g_hash_table_lookup(totals->messages, number));
	const guint tone = (guint)reminder->tone + 1;
	if (!before) {
		totals->mails++;
		share_of(totals, reminder->person)->mails++;
	}
	if (before <= TONE_ESCALATION && tone > TONE_ESCALATION)
		totals->escalations++;
	g_hash_table_insert(totals->messages, number, GUINT_TO_POINTER(MAX(before, tone)));
}

static void add_entry(ForetoldTotals *totals, const Rehearsed *reminder)
{
	if (!g_hash_table_add(totals->messages, GUINT_TO_POINTER(reminder->message)))
		return;
	share_of(totals, reminder->person)->invites++;
	totals->invites += reminder->send == REHEARSED_INVITE;
	totals->updates += reminder->send == REHEARSED_INVITE_UPDATE;
	totals->cancels += reminder->send == REHEARSED_INVITE_CANCEL;
}

/* A message belongs to one instant. */
static void add_reminder(ForetoldTotals *totals, const Rehearsed *reminder)
{
	if (totals->instant != reminder->at)
		g_hash_table_remove_all(totals->messages);
	totals->instant = reminder->at;
	if (reminder->send == REHEARSED_MAIL)
		add_mail(totals, reminder);
	else
		add_entry(totals, reminder);
}

static ForetoldTrouble trouble_of(const Rehearsed *rehearsed)
{
	return (ForetoldTrouble){g_intern_string(rehearsed->invoice), g_intern_string(rehearsed->stage), g_intern_string(rehearsed->why), rehearsed->at};
}

static void add_stuck(ForetoldTotals *totals, const Rehearsed *rehearsed)
{
	const ForetoldTrouble trouble = trouble_of(rehearsed);
	g_hash_table_insert(totals->stuck, (gpointer)trouble.invoice, g_memdup2(&trouble, sizeof trouble));
}

static void add_idle(ForetoldTotals *totals, const Rehearsed *rehearsed)
{
	const ForetoldTrouble trouble = trouble_of(rehearsed);
	g_array_append_val(totals->idle, trouble);
}

void foretold_totals_add(ForetoldTotals *totals, const Rehearsed *rehearsed)
{
	switch (rehearsed->kind) {
	case REHEARSED_REMINDER:
		add_reminder(totals, rehearsed);
		break;
	case REHEARSED_OPENED:
		g_hash_table_remove(totals->stuck, g_intern_string(rehearsed->invoice));
		break;
	case REHEARSED_ADDED:
		totals->added++;
		break;
	case REHEARSED_DEPUTY:
		totals->deputies++;
		break;
	case REHEARSED_REASSIGNED:
		totals->reassigned++;
		break;
	case REHEARSED_STUCK:
		add_stuck(totals, rehearsed);
		break;
	case REHEARSED_IDLE:
		add_idle(totals, rehearsed);
		break;
	case REHEARSED_CLOSED:
		g_hash_table_remove(totals->stuck, g_intern_string(rehearsed->invoice));
		totals->approved += !g_strcmp0(rehearsed->why, "approved");
		totals->rejected += !g_strcmp0(rehearsed->why, "rejected");
		break;
	case REHEARSED_LEFT:
	case REHEARSED_DECIDED:
	case REHEARSED_LAPSED:
		break;
	}
}

static GPtrArray *sorted_values(GHashTable *table, GCompareFunc compare)
{
	GPtrArray *values = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_add(values, value);
	g_ptr_array_sort(values, compare);
	return values;
}

static gint compare_shares(gconstpointer a, gconstpointer b)
{
	const ForetoldShare *first = *(const ForetoldShare *const *)a, *second = *(const ForetoldShare *const *)b;
	if (first->mails != second->mails)
		return first->mails > second->mails ? -1 : 1;
	return strcmp(person_label(first->person), person_label(second->person));
}

GPtrArray *foretold_totals_shares(const ForetoldTotals *totals)
{
	return sorted_values(totals->shares, compare_shares);
}

static gint compare_troubles(gconstpointer a, gconstpointer b)
{
	const ForetoldTrouble *first = *(const ForetoldTrouble *const *)a, *second = *(const ForetoldTrouble *const *)b;
	if (first->at != second->at)
		return first->at < second->at ? -1 : 1;
	return strcmp(first->invoice, second->invoice);
}

GPtrArray *foretold_totals_stuck(const ForetoldTotals *totals)
{
	return sorted_values(totals->stuck, compare_troubles);
}
