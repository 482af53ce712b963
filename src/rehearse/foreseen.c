/* Whether the invoice and the person are there is for the rehearsal to say: only it knows them. */
#include "rehearse/foreseen.h"

#include "base/error.h"
#include "base/text.h"
#include "config/json_records.h"

#include <string.h>

static const JsonMember decision_members[] = {
	{.name = "at", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "invoice", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "as", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "decision", .type = MEMBER_TEXT, .required = TRUE},
	{0},
};

static void foreseen_free(gpointer data)
{
	ForeseenDecision *decision = data;
	g_free(decision->invoice);
	g_free(decision->person);
	g_free(decision);
}

static ForeseenDecision *read_decision(const JsonRecord *record, const char *origin, Problems *problems)
{
	const char *at = json_record_text(record->json, "at"), *decision = json_record_text(record->json, "decision");
	ForeseenDecision *foreseen = g_new0(ForeseenDecision, 1);
	foreseen->line = record->line;
	foreseen->invoice = text_clean_line(json_record_text(record->json, "invoice"));
	foreseen->person = text_clean_line(json_record_text(record->json, "as"));
	foreseen->rejects = !strcmp(decision, "reject");
	if (!instant_parse(at, &foreseen->at, NULL))
		problems_add(problems, TRUE, origin, record->line, "at", at, "a time such as 2026-12-01T09:00:00Z");
	if (!foreseen->rejects && strcmp(decision, "approve"))
		problems_add(problems, TRUE, origin, record->line, "decision", decision, "approve or reject");
	return foreseen;
}

static gint compare_decisions(gconstpointer a, gconstpointer b)
{
	const ForeseenDecision *first = *(const ForeseenDecision *const *)a, *second = *(const ForeseenDecision *const *)b;
	if (first->at != second->at)
		return first->at < second->at ? -1 : 1;
	return first->line < second->line ? -1 : first->line > second->line;
}

GPtrArray *foreseen_read(const char *path, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *origin = text_clean_line(path);
	g_autoptr(GArray) records = json_records_read(path, decision_members, problems, error);
	if (!records)
		return NULL;
	g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func(foreseen_free);
	for (guint i = 0; i < records->len; i++)
		g_ptr_array_add(decisions, read_decision(&g_array_index(records, JsonRecord, i), origin, problems));
	if (problems_has_errors(problems)) {
		g_autofree char *text = problems_format(problems);
		error_set(error, ERROR_INVALID, "%s", text);
		return NULL;
	}
	g_ptr_array_sort(decisions, compare_decisions);
	return g_steal_pointer(&decisions);
}
