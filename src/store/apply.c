/* Events applied to the tables. Nothing else writes a table that events add up to.
 *
 * Invariant: applying reads only the event and the tables, never the clock nor the record, so that the same events give the
 * same rows whenever they are applied.
 */
#include "store/apply.h"

#include "base/error.h"

#include <string.h>

static const ApplyRule *const RULES[] = {apply_message_rules, apply_received_rules, apply_invite_rules, apply_approval_rules, apply_invoice_rules, apply_absence_rules,
                                         apply_sighting_rules, apply_outage_rules, apply_thanks_rules, apply_policy_rules};

static const ApplyRule *find_rule(const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(RULES); i++)
		for (const ApplyRule *rule = RULES[i]; rule->type != NULL; rule++)
			if (strcmp(rule->type, type) == 0)
				return rule;
	return NULL;
}

static void bind_member(SqlStatement *statement, const char *parameter, const Json *object, const char *key)
{
	const Json *member = object != NULL ? js_object_get(object, key) : NULL;
	if (js_is_string(member))
		sql_bind_text(statement, parameter, js_string(member));
	else if (js_integer(member, G_MININT64) != G_MININT64)
		sql_bind_integer(statement, parameter, js_integer(member, 0));
}

static void bind_parameter(SqlStatement *statement, const char *parameter, const Event *event)
{
	const char *name = parameter + 1;
	if (g_str_has_prefix(name, "data_"))
		bind_member(statement, parameter, event->data, name + strlen("data_"));
	else if (g_str_has_prefix(name, "side_"))
		bind_member(statement, parameter, event->private, name + strlen("side_"));
	else if (g_str_has_prefix(name, "when_"))
		sql_bind_instant(statement, parameter, js_object_get_instant(event->data, name + strlen("when_")));
	else if (strcmp(name, "event_seq") == 0)
		sql_bind_integer(statement, parameter, event->seq);
	else if (strcmp(name, "event_at") == 0)
		sql_bind_integer(statement, parameter, event->at);
	else if (strcmp(name, "event_invoice") == 0)
		sql_bind_text(statement, parameter, event->invoice);
}

SqlStatement *apply_prepare(Sql *sql, const Event *event, const char *text, GError **error)
{
	SqlStatement *statement = sql_prepare(sql, text, error);
	if (statement == NULL)
		return NULL;
	for (guint i = 0; i < sql_parameters(statement); i++)
		bind_parameter(statement, sql_parameter(statement, i), event);
	return statement;
}

static gboolean run_and_count(SqlStatement *statement, gint64 *rows, GError **error)
{
	if (sql_columns(statement) == 0)
		return sql_run(statement, rows, error);
	SqlStep step = sql_step(statement, error);
	*rows = step == SQL_ROW;
	return step != SQL_FAILED;
}

gboolean apply_run(SqlStatement *statement, const char *refusal, GError **error)
{
	gint64 rows;
	g_autoptr(GError) failure = NULL;
	if (run_and_count(statement, &rows, &failure)) {
		if (rows > 0 || refusal == NULL)
			return TRUE;
		error_set(error, ERROR_CONFLICT, "%s", refusal);
	} else if (refusal != NULL && g_error_matches(failure, AKKOORD_ERROR, ERROR_CONFLICT)) {
		error_set(error, ERROR_CONFLICT, "%s (%s)", refusal, failure->message);
	} else {
		g_propagate_error(error, g_steal_pointer(&failure));
	}
	return FALSE;
}

gboolean apply_step(Sql *sql, const Event *event, const ApplyStep *step, GError **error)
{
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, step->sql, error);
	return statement != NULL && apply_run(statement, step->refusal, error);
}

gboolean apply_each(Sql *sql, const Event *event, const char *list, const ApplyStep *step, GError **error)
{
	const Json *members = js_object_get(event->data, list);
	for (gsize i = 0; i < js_array_length(members); i++) {
		g_autoptr(SqlStatement) statement = apply_prepare(sql, event, step->sql, error);
		if (statement == NULL)
			return FALSE;
		sql_bind_text(statement, ":member", js_string(js_array_get(members, i)));
		if (!apply_run(statement, step->refusal, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean apply_rule(Sql *sql, const Event *event, const ApplyRule *rule, GError **error)
{
	for (gsize i = 0; i < APPLY_STEPS && rule->steps[i].sql != NULL; i++)
		if (!apply_step(sql, event, &rule->steps[i], error))
			return FALSE;
	return rule->more == NULL || rule->more(sql, event, error);
}

gboolean apply_event(Sql *sql, const Event *event, GError **error)
{
	const ApplyRule *rule = find_rule(event->type);
	if (rule == NULL) {
		error_set(error, ERROR_INVALID, "there is no event of type \"%s\"", event->type);
		return FALSE;
	}
	if (apply_rule(sql, event, rule, error))
		return TRUE;
	const char *object = rule->object != NULL ? js_object_get_string(event->data, rule->object) : event->invoice;
	g_prefix_error(error, "%s of %s: ", event->type, object != NULL ? object : "nothing");
	return FALSE;
}
