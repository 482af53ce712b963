/* What was found and what was wanted stand as the invoice and the policy write them, whatever the language. */
#include "explain/reasons_text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Of the other invoices in a sum; more are only counted. */
#define OTHERS_NAMED 5

static const char *text_at(const GPtrArray *texts, guint place)
{
	return place < texts->len ? g_ptr_array_index(texts, place) : "?";
}

/* ""a", "b"" */
static char *quoted(const GPtrArray *texts)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(list, "%s\"%s\"", i > 0 ? ", " : "", text_at(texts, i));
	return g_string_free(list, FALSE);
}

/* "IT-*, 4100 or 4200" */
static char *any_of(const GPtrArray *texts)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < texts->len; i++) {
		if (i > 0)
			g_string_append(list, i + 1 == texts->len ? _(" or ") : ", ");
		g_string_append(list, text_at(texts, i));
	}
	return g_string_free(list, FALSE);
}

static char *list_text(const RouteReason *reason)
{
	g_autofree char *found = quoted(reason->found), *wanted = any_of(reason->wanted);
	if (!reason->found->len)
		return g_strdup_printf(_("%s is not known, wanted %s"), reason->condition, wanted);
	return g_strdup_printf(_("%s is %s, wanted %s"), reason->condition, found, wanted);
}

static char *amount_text(const RouteReason *reason)
{
	const char *bound = text_at(reason->wanted, 0), *found = text_at(reason->found, 0);
	if (!reason->found->len)
		return g_strdup(_("its amount is not known"));
	if (reason->no_rate)
		return g_strdup_printf(_("amount %s has no rate to compare it with %s %s"), found, reason->condition, bound);
	g_autofree char *amount = reason->found->len > 1 ? g_strdup_printf("%s (%s)", found, text_at(reason->found, 1)) : g_strdup(found);
	if (!strcmp(reason->condition, "max_amount"))
		return g_strdup_printf(_("amount %s is above max_amount %s"), amount, bound);
	return g_strdup_printf(_("amount %s is below min_amount %s"), amount, bound);
}

/* "this one alone", "this one and 2 others: ab12cd34, ef56ab78" */
static char *summands_text(const GPtrArray *found)
{
	const guint others = found->len ? found->len - 1 : 0;
	if (!others)
		return g_strdup(_("this one alone"));
	g_autoptr(GString) ids = g_string_new(NULL);
	for (guint i = 1; i <= MIN(others, OTHERS_NAMED); i++)
		g_string_append_printf(ids, "%s%s", i > 1 ? ", " : "", text_at(found, i));
	if (others > OTHERS_NAMED)
		g_string_append(ids, ", …");
	return g_strdup_printf(ngettext("this one and %u other: %s", "this one and %u others: %s", others), others, ids->str);
}

static char *sum_text(const RouteReason *reason)
{
	const char *sum = text_at(reason->found, 0), *least = text_at(reason->wanted, 0), *within = text_at(reason->wanted, 1);
	if (reason->no_rate)
		return g_strdup_printf(_("%s of the supplier's invoices of %s has no rate to compare their sum with accumulated min_amount %s"), sum, within, least);
	g_autofree char *summands = summands_text(reason->found);
	if (reason->holds)
		return g_strdup_printf(_("the supplier's invoices of %s add up to %s (%s), accumulated min_amount is %s"), within, sum, summands, least);
	return g_strdup_printf(_("the supplier's invoices of %s add up to %s (%s), below accumulated min_amount %s"), within, sum, summands, least);
}

char *reasons_text(const RouteReason *reason)
{
	if (!strcmp(reason->condition, "accumulated"))
		return sum_text(reason);
	if (!strcmp(reason->condition, "min_amount") || !strcmp(reason->condition, "max_amount"))
		return amount_text(reason);
	return list_text(reason);
}
