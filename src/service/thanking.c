/* Who is owed it is settled when the stage closes, so that a later policy changes nothing of it; what became of it is read when it is told (pass/thanks.h). */
#include "service/thanking.h"

#include <string.h>

static const Approval *approval_of(const GPtrArray *approvals, const char *id)
{
	for (guint i = 0; id && i < approvals->len; i++)
		if (!strcmp(((const Approval *)approvals->pdata[i])->id, id))
			return approvals->pdata[i];
	return NULL;
}

/* Set of char *, borrowed from the decisions. */
static GHashTable *deciders_of(const GPtrArray *decisions, const GPtrArray *approvals, int stage)
{
	GHashTable *deciders = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		const Approval *approval = approval_of(approvals, decision->approval);
		if (decision->person && approval && approval->stage == stage)
			g_hash_table_add(deciders, decision->person);
	}
	return deciders;
}

gboolean thanking_owe(Session *session, const char *invoice, int stage, Event *closed, GError **error)
{
	Store *store = session_store(session);
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return FALSE;
	if (policy->thanks == THANKS_NONE || !g_strcmp0(js_object_get_string(closed->data, "outcome"), "restarted"))
		return TRUE;
	g_autoptr(GPtrArray) told = store_told_of_stage(store, invoice, stage, error);
	g_autoptr(GPtrArray) decisions = told ? store_decisions(store, invoice, error) : NULL;
	g_autoptr(GPtrArray) approvals = decisions ? store_approvals(store, invoice, error) : NULL;
	if (!approvals)
		return FALSE;
	g_autoptr(GHashTable) deciders = deciders_of(decisions, approvals, stage);
	Json *owed = js_array_new();
	for (guint i = 0; i < told->len; i++)
		if (policy->thanks == THANKS_ALL || !g_hash_table_contains(deciders, told->pdata[i]))
			js_array_append_string(owed, told->pdata[i]);
	if (js_array_length(owed))
		js_object_set(closed->data, "thanks", owed);
	else
		js_unref(owed);
	return TRUE;
}
