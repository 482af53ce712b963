/* A buyer's ids are what suppliers write, so they are compared as loosely as the suppliers' own (invoice.c). */
#include "domain/administration.h"

#include "base/text.h"

#include <string.h>

static const char *const by_names[] = {"none", "name", "buyer", "folder"};

const char *administration_by_name(AdministrationBy by)
{
	return by_names[by];
}

/* What stands after the scheme of an id that has one. */
static const char *bare(const char *id)
{
	const char *colon = strchr(id, ':');
	return colon ? colon + 1 : id;
}

static gboolean is_same_id(const char *a, const char *b)
{
	const gboolean both_have_schemes = bare(a) != a && bare(b) != b;
	g_autofree char *first = text_key(both_have_schemes ? a : bare(a)), *second = text_key(both_have_schemes ? b : bare(b));
	return *first && !strcmp(first, second);
}

static gboolean has_buyer(const Administration *administration, const Party *buyer)
{
	const char *const ids[] = {buyer->vat, buyer->legal_id, buyer->tax_id, buyer->own_id, buyer->endpoint};
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		for (guint j = 0; ids[i] && j < administration->buyers->len; j++)
			if (is_same_id(ids[i], g_ptr_array_index(administration->buyers, j)))
				return TRUE;
	return FALSE;
}

static gboolean is_called(const char *own, const char *name)
{
	if (!own || !name)
		return FALSE;
	g_autofree char *first = g_utf8_casefold(own, -1), *second = g_utf8_casefold(name, -1);
	return !strcmp(first, second);
}

static gboolean is_told(const Administration *administration, const InvoiceFacts *facts, const char *via, AdministrationBy by)
{
	switch (by) {
	case ADMINISTRATION_BY_NAME:
		return is_called(administration->name, facts->administration);
	case ADMINISTRATION_BY_BUYER:
		return has_buyer(administration, &facts->buyer);
	case ADMINISTRATION_BY_FOLDER:
		return is_called(administration->folder, via);
	case ADMINISTRATION_BY_NONE:
		break;
	}
	return FALSE;
}

const Administration *administration_find(const Policy *policy, const InvoiceFacts *facts, const char *via, AdministrationBy *by)
{
	AdministrationBy unused;
	by = by ? by : &unused;
	for (*by = ADMINISTRATION_BY_NAME; *by <= ADMINISTRATION_BY_FOLDER; (*by)++)
		for (guint i = 0; i < policy->administrations->len; i++) {
			const Administration *administration = g_ptr_array_index(policy->administrations, i);
			if (is_told(administration, facts, via, *by))
				return administration;
		}
	*by = ADMINISTRATION_BY_NONE;
	return NULL;
}

gboolean administration_reminds(const Policy *policy, const char *name)
{
	const Administration *administration = policy_administration(policy, name);
	return !administration || administration->reminders;
}
