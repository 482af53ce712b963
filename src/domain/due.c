/* A date that the document states is never touched. */
#include "domain/due.h"

#include "domain/route.h"

#include <string.h>

gboolean due_terms_parse(const char *text, char **pattern, guint *days)
{
	const char *blank = strrchr(text, ' ');
	if (!blank || blank == text || !blank[1] || strlen(blank + 1) > 3 || strspn(blank + 1, "0123456789") != strlen(blank + 1))
		return FALSE;
	*days = (guint)g_ascii_strtoull(blank + 1, NULL, 10);
	if (*days > DUE_DAYS_MAX)
		return FALSE;
	*pattern = g_strndup(text, (gsize)(blank - text));
	g_strstrip(*pattern);
	if (**pattern)
		return TRUE;
	g_clear_pointer(pattern, g_free);
	return FALSE;
}

static void set_due(InvoiceFacts *facts, Date date, const char *source)
{
	facts->due_date = date;
	g_free(facts->due_date_source);
	facts->due_date_source = g_strdup(source);
}

static gboolean fill_by_supplier(InvoiceFacts *facts, const GPtrArray *terms)
{
	for (guint i = 0; terms && date_is_set(facts->issue_date) && i < terms->len; i++) {
		g_autofree char *pattern = NULL;
		guint days;
		if (!due_terms_parse(terms->pdata[i], &pattern, &days) || !route_is_supplier(pattern, &facts->supplier))
			continue;
		set_due(facts, date_add_days(facts->issue_date, (int)days), "supplier");
		return TRUE;
	}
	return FALSE;
}

void due_fill(InvoiceFacts *facts, const Policy *policy, Date received)
{
	const gboolean said = date_is_set(facts->due_date);
	if (facts->kind == INVOICE_KIND_CREDIT_NOTE || (said && g_strcmp0(facts->due_date_source, "terms")))
		return;
	if (!fill_by_supplier(facts, policy->supplier_terms) && !said && policy->due_days)
		set_due(facts, date_add_days(received, (int)policy->due_days), "policy");
}
