/* Counting goes by messages: reminders of one number travel in one. */
#include "rehearse/foretold.h"

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

static const char *address_of(const Person *person)
{
	return person->mail ? person->mail : person_label(person);
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
	js_object_set_line(record, "recipient", address_of(reminder->person));
	js_object_set_string(record, "role", role_name(reminder->role));
	js_object_set_string(record, "send", rehearsed_send_name(reminder));
	js_object_set_string(record, "tone", tone_name(reminder->tone));
	return record;
}

/* --- as a line --- */

/* The members that are texts; most are the same from one line to the next. */
enum { INVOICE, STAGE, APPROVER, RUNG, RECIPIENT, TEXTS };

struct ForetoldWriter {
	GHashTable *texts; /* text -> it in JSON, with its quotes */
	struct {
		const char *text, *quoted; /* of the last line, borrowed from `texts`; NULL */
	} last[TEXTS];
	GString *line;
	gint64 at;
	char *at_text; /* of that instant */
};

ForetoldWriter *foretold_writer_new(void)
{
	ForetoldWriter *writer = g_new0(ForetoldWriter, 1);
	writer->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	writer->line = g_string_new(NULL);
	writer->at = INSTANT_NONE;
	return writer;
}

void foretold_writer_free(ForetoldWriter *writer)
{
	if (!writer)
		return;
	g_hash_table_unref(writer->texts);
	g_string_free(writer->line, TRUE);
	g_free(writer->at_text);
	g_free(writer);
}

/* As js_object_set_line() and js_line() would have it. */
static char *quote(const char *text)
{
	g_autoptr(Json) object = js_object_new();
	js_object_set_line(object, "", text);
	g_autofree char *line = js_line(object);
	return g_strndup(line + strlen("{\"\":"), strlen(line) - strlen("{\"\":}"));
}

static const char *quoted(ForetoldWriter *writer, guint member, const char *text)
{
	gpointer kept, known;
	if (writer->last[member].text && !strcmp(writer->last[member].text, text))
		return writer->last[member].quoted;
	if (!g_hash_table_lookup_extended(writer->texts, text, &kept, &known)) {
		kept = g_strdup(text);
		known = quote(text);
		g_hash_table_insert(writer->texts, kept, known);
	}
	writer->last[member].text = kept;
	return writer->last[member].quoted = known;
}

static void write_text(ForetoldWriter *writer, guint member, const char *key, const char *text)
{
	if (!text)
		return;
	g_string_append(writer->line, key);
	g_string_append(writer->line, quoted(writer, member, text));
}

/* One of ours, which needs no quoting. */
static void write_word(ForetoldWriter *writer, const char *before, const char *word)
{
	g_string_append(writer->line, before);
	g_string_append(writer->line, word);
}

static void write_at(ForetoldWriter *writer, gint64 at)
{
	if (writer->at != at || !writer->at_text) {
		g_free(writer->at_text);
		writer->at_text = instant_format(at);
		writer->at = at;
	}
	g_string_assign(writer->line, "{\"at\":\"");
	g_string_append(writer->line, writer->at_text);
	g_string_append_c(writer->line, '"');
}

const char *foretold_writer_line(ForetoldWriter *writer, const Rehearsed *reminder, gsize *length)
{
	char occurrence[sizeof ",\"occurrence\":4294967295"];
	g_snprintf(occurrence, sizeof occurrence, ",\"occurrence\":%u", reminder->occurrence);
	write_at(writer, reminder->at);
	write_text(writer, INVOICE, ",\"invoice\":", reminder->invoice);
	write_text(writer, STAGE, ",\"stage\":", reminder->stage);
	write_text(writer, APPROVER, ",\"approver\":", reminder->approver ? person_label(reminder->approver) : NULL);
	write_text(writer, RUNG, ",\"rung\":", reminder->rung);
	g_string_append(writer->line, occurrence);
	write_text(writer, RECIPIENT, ",\"recipient\":", address_of(reminder->person));
	write_word(writer, ",\"role\":\"", role_name(reminder->role));
	write_word(writer, "\",\"send\":\"", rehearsed_send_name(reminder));
	write_word(writer, "\",\"tone\":\"", tone_name(reminder->tone));
	write_word(writer, "\"}", "\n");
	*length = writer->line->len;
	return writer->line->str;
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
	else if (reminder->send == REHEARSED_HOOK)
		totals->calls += g_hash_table_add(totals->messages, GUINT_TO_POINTER(reminder->message)) ? 1 : 0;
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
