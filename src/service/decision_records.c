/* A file is read and checked whole before the first of it is recorded. */
#include "service/decision_records.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/csv.h"
#include "codec/lines.h"
#include "config/json_records.h"
#include "intake/folder.h"
#include "intake/read.h"
#include "service/decision.h"

#include <string.h>

#define LINE_MAX_BYTES (64 * 1024)

const char *const decision_record_names[] = {"invoice", "supplier", "number", "decision", "decider", "for", "at", "reason", "channel", "assurance", "evidence", "state", NULL};

static const char *const verdicts[] = {"recorded", "known", "refused"};

static const JsonMember members[] = {
	{.name = "invoice", .type = MEMBER_TEXT},
	{.name = "supplier", .type = MEMBER_TEXT},
	{.name = "number", .type = MEMBER_TEXT},
	{.name = "decision", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "decider", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "for", .type = MEMBER_TEXT},
	{.name = "at", .type = MEMBER_TEXT},
	{.name = "reason", .type = MEMBER_TEXT},
	{.name = "channel", .type = MEMBER_TEXT},
	{.name = "assurance", .type = MEMBER_TEXT},
	{.name = "evidence", .type = MEMBER_TEXT},
	{.name = "state", .type = MEMBER_TEXT},
	{0},
};

/* --- out --- */

/* "": nobody, such as the system. NULL with an error. */
static char *name_of(Session *session, const char *person, GError **error)
{
	if (!person)
		return g_strdup("");
	g_autoptr(PersonRow) row = store_person(session_store(session), person, error);
	return row ? g_strdup(row->person->uid ? row->person->uid : row->person->mail ? row->person->mail : person) : NULL;
}

static Json *record_of(Session *session, const DecisionRow *row, GError **error)
{
	g_autoptr(InvoiceRow) invoice = store_invoice(session_store(session), row->invoice, error);
	g_autofree char *decider = invoice ? name_of(session, row->person, error) : NULL;
	g_autofree char *whose = decider ? name_of(session, row->for_person, error) : NULL;
	if (!whose)
		return NULL;
	Json *record = js_object_new();
	js_object_set_string(record, "invoice", row->invoice);
	js_object_set_line(record, "supplier", invoice->facts->supplier.name);
	js_object_set_line(record, "number", invoice->facts->number);
	js_object_set_string(record, "decision", row->decision);
	js_object_set_line(record, "decider", *decider ? decider : NULL);
	js_object_set_line(record, "for", *whose ? whose : NULL);
	js_object_set_instant(record, "at", row->at);
	js_object_set_line(record, "reason", row->reason);
	js_object_set_string(record, "channel", row->channel);
	js_object_set_string(record, "assurance", row->assurance);
	js_object_set_string(record, "state", invoice_state_name(invoice->state));
	return record;
}

static gboolean export_page(Session *session, const GPtrArray *rows, gint64 since, DecisionRecordVisit visit, gpointer user_data, GError **error)
{
	for (guint i = 0; i < rows->len; i++) {
		const DecisionRow *row = rows->pdata[i];
		if (row->at < since)
			continue;
		g_autoptr(Json) record = record_of(session, row, error);
		if (!record)
			return FALSE;
		visit(record, user_data);
	}
	return TRUE;
}

gboolean decision_records_export(Session *session, gint64 since, DecisionRecordVisit visit, gpointer user_data, GError **error)
{
	for (gint64 last = 0;;) {
		g_autoptr(GPtrArray) rows = store_decisions_after(session_store(session), last, error);
		if (!rows || !export_page(session, rows, since, visit, user_data, error))
			return FALSE;
		if (!rows->len)
			return TRUE;
		last = ((const DecisionRow *)rows->pdata[rows->len - 1])->seq;
	}
}

/* --- the file --- */

typedef struct {
	const char *origin;
	Problems *problems;
	GPtrArray *names; /* of char *: the header row; NULL before */
	GArray *records;  /* of JsonRecord */
} Table;

static void clear_record(gpointer data)
{
	js_unref(((JsonRecord *)data)->json);
}

static void take_header(Table *table, const CsvReader *row)
{
	table->names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < csv_reader_count(row); i++)
		g_ptr_array_add(table->names, text_clean_line(csv_reader_field(row, i, NULL)));
}

static void take_row(Table *table, const CsvReader *row, guint line)
{
	g_autoptr(Json) object = js_object_new();
	if (csv_reader_count(row) != table->names->len) {
		problems_add(table->problems, TRUE, table->origin, line, NULL, NULL, "%u columns, as the header row has", table->names->len);
		return;
	}
	for (guint i = 0; i < csv_reader_count(row); i++)
		js_object_set_line(object, table->names->pdata[i], csv_reader_field(row, i, NULL));
	g_autofree char *text = js_line(object);
	const JsonRecord record = {json_record_parse(text, strlen(text), line, table->origin, members, table->problems), line};
	if (record.json)
		g_array_append_val(table->records, record);
}

/* The first of these that stands in the first line. */
static char delimiter_of(const char *text, gsize length)
{
	for (gsize i = 0; i < length && text[i] != '\n'; i++)
		if (strchr(";,\t|", text[i]) && text[i])
			return text[i];
	return ',';
}

static void read_table(Table *table, const char *text, gsize length)
{
	g_autoptr(Lines) lines = lines_of("UTF-8", text, length);
	g_autoptr(CsvReader) reader = csv_reader_new(delimiter_of(text, length));
	const char *line;
	gsize size;
	CsvState state = CSV_NOTHING;
	for (guint number = 1; lines_next(lines, LINE_MAX_BYTES, &line, &size, NULL); number++) {
		state = csv_reader_line(reader, line, size);
		if (state == CSV_BROKEN)
			problems_add(table->problems, TRUE, table->origin, number, NULL, NULL, "quotation marks only around a field, or doubled");
		else if (state == CSV_ROW && !table->names)
			take_header(table, reader);
		else if (state == CSV_ROW)
			take_row(table, reader, number);
	}
	if (state == CSV_OPEN)
		problems_add(table->problems, TRUE, table->origin, 0, NULL, NULL, "an end of the last quoted field");
}

static GArray *read_records(const char *text, gsize length, const char *origin, Problems *problems)
{
	if (intake_is_json(text, length))
		return json_records_parse(text, length, origin, members, problems);
	Table table = {origin, problems, NULL, g_array_new(FALSE, FALSE, sizeof(JsonRecord))};
	g_array_set_clear_func(table.records, clear_record);
	read_table(&table, text, length);
	g_clear_pointer(&table.names, g_ptr_array_unref);
	return table.records;
}

static void check_record(const JsonRecord *record, const char *origin, Problems *problems)
{
	static const char *const decisions[] = {"approve", "reject", "withdraw", NULL};
	const char *decision = json_record_text(record->json, "decision"), *at = json_record_text(record->json, "at");
	const gboolean named = json_record_text(record->json, "supplier") && json_record_text(record->json, "number");
	gint64 instant;
	if (!g_strv_contains(decisions, decision))
		problems_add(problems, TRUE, origin, record->line, "decision", decision, "approve, reject or withdraw");
	if (at && !instant_parse(at, &instant, NULL))
		problems_add(problems, TRUE, origin, record->line, "at", at, "a time such as 2026-12-01T09:00:00Z");
	if (!json_record_text(record->json, "invoice") && !named)
		problems_add(problems, TRUE, origin, record->line, "invoice", NULL, "an invoice, or supplier and number");
}

static GArray *read_file(const char *path, GError **error)
{
	g_autoptr(GBytes) bytes = folder_read(path, TRUE, error);
	if (!bytes)
		return NULL;
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *origin = text_clean_line(path);
	g_autoptr(GArray) records = read_records(text ? text : "", length, origin, problems);
	for (guint i = 0; i < records->len; i++)
		check_record(&g_array_index(records, JsonRecord, i), origin, problems);
	if (!problems_has_errors(problems))
		return g_steal_pointer(&records);
	g_autofree char *all = problems_format(problems);
	error_set(error, ERROR_INVALID, "%s", all);
	return NULL;
}

/* --- in --- */

/* By the id, where this store has it; else by supplier and number. */
static char *find_invoice(Session *session, const Json *record, GError **error)
{
	const char *id = json_record_text(record, "invoice"), *supplier = json_record_text(record, "supplier"), *number = json_record_text(record, "number");
	g_autoptr(GError) failure = NULL;
	g_autoptr(InvoiceRow) row = id ? store_invoice_find(session_store(session), id, &failure) : NULL;
	if (!row && supplier && number && (!failure || error_kind(failure) == ERROR_NOT_FOUND)) {
		g_autofree char *both = g_strconcat(supplier, "/", number, NULL);
		g_clear_error(&failure);
		row = store_invoice_find(session_store(session), both, &failure);
	}
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return row ? g_strdup(row->id) : NULL;
}

static gboolean record_one(Session *session, const Json *record, DecisionVerdict *verdict, GError **error)
{
	const char *decision = json_record_text(record, "decision"), *at = json_record_text(record, "at");
	g_autofree char *invoice = find_invoice(session, record, error);
	DecisionRequest request = {
		.invoice = invoice,
		.kind = strcmp(decision, "reject") ? DECISION_APPROVE : DECISION_REJECT,
		.decider = json_record_text(record, "decider"),
		.reason = json_record_text(record, "reason"),
		.channel = "import",
		.assurance = "import",
		.evidence = json_record_text(record, "evidence"),
	};
	DecisionResult result = {0};
	if (!invoice || (at && !instant_parse(at, &request.decided, error)))
		return FALSE;
	const gboolean ok = strcmp(decision, "withdraw") ? decision_record(session, &request, &result, error) : decision_withdraw(session, &request, &result, error);
	*verdict = result.already ? DECISION_KNOWN : DECISION_RECORDED;
	decision_result_clear(&result);
	return ok;
}

/* What lies with the row, and not with the store. */
static gboolean is_of_the_row(const GError *failure)
{
	const ErrorKind kind = error_kind(failure);
	return kind == ERROR_NOT_FOUND || kind == ERROR_FORBIDDEN || kind == ERROR_CONFLICT || kind == ERROR_USAGE || kind == ERROR_TRANSIENT;
}

gboolean decision_records_import(Session *session, const char *path, DecisionRecordVisit visit, gpointer user_data, DecisionCount *count, GError **error)
{
	g_autoptr(GArray) records = read_file(path, error);
	for (guint i = 0; records && i < records->len; i++) {
		const JsonRecord *record = &g_array_index(records, JsonRecord, i);
		g_autoptr(GError) failure = NULL;
		DecisionVerdict verdict = DECISION_REFUSED;
		if (!record_one(session, record->json, &verdict, &failure)) {
			verdict = DECISION_REFUSED;
			if (!is_of_the_row(failure)) {
				g_propagate_error(error, g_steal_pointer(&failure));
				return FALSE;
			}
		}
		count->of[verdict]++;
		js_object_set_integer(record->json, "line", record->line);
		js_object_set_string(record->json, "verdict", verdicts[verdict]);
		js_object_set_line(record->json, "why", failure ? failure->message : NULL);
		visit(record->json, user_data);
	}
	return records != NULL;
}
