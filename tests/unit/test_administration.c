/* Whose invoice it is: by name, by the buyer's ids, by the folder, in this order. */
#include "domain/administration.h"

static void add(Policy *policy, const char *name, const char *buyers, const char *folder)
{
	Administration *administration = administration_new();
	administration->name = g_strdup(name);
	administration->folder = g_strdup(folder);
	g_auto(GStrv) ids = g_strsplit(buyers, "|", -1);
	for (guint i = 0; ids[i]; i++)
		g_ptr_array_add(administration->buyers, g_strdup(ids[i]));
	g_ptr_array_add(policy->administrations, administration);
}

static Policy *three(void)
{
	Policy *policy = policy_new();
	add(policy, "Voorbeeld BV", "NL001234567B01|0106:12345678", NULL);
	add(policy, "Ejemplo SL", "ESB12345678", "es");
	add(policy, "Exemple SA", "", "fr");
	return policy;
}

static void test_find(void)
{
	static const struct {
		const char *name, *vat, *legal_id, *tax_id, *own_id, *endpoint, *via;
		const char *found, *by;
	} cases[] = {
		{.found = NULL, .by = "none"},
		{.via = "in", .found = NULL, .by = "none"},
		{.vat = "NL001234567B01", .found = "Voorbeeld BV", .by = "buyer"},
		{.vat = "nl 0012.34.567.b01", .found = "Voorbeeld BV", .by = "buyer"},
		{.vat = "NL001234567B02", .found = NULL, .by = "none"},
		{.legal_id = "0106:12345678", .found = "Voorbeeld BV", .by = "buyer"},
		{.legal_id = "12345678", .found = "Voorbeeld BV", .by = "buyer"},
		{.legal_id = "0088:12345678", .found = NULL, .by = "none"}, /* another scheme's number */
		{.endpoint = "9920:ESB12345678", .found = "Ejemplo SL", .by = "buyer"}, /* what is written without a scheme is of any */
		{.tax_id = "ES B-12345678", .found = "Ejemplo SL", .by = "buyer"},
		{.own_id = "ESB12345678", .found = "Ejemplo SL", .by = "buyer"},
		{.own_id = "-", .tax_id = "", .found = NULL, .by = "none"},
		{.via = "es", .found = "Ejemplo SL", .by = "folder"},
		{.via = "FR", .found = "Exemple SA", .by = "folder"},
		{.via = "", .found = NULL, .by = "none"},
		/* the surer one counts */
		{.vat = "NL001234567B01", .via = "es", .found = "Voorbeeld BV", .by = "buyer"},
		{.name = "exemple sa", .vat = "NL001234567B01", .via = "es", .found = "Exemple SA", .by = "name"},
		{.name = "Nobody", .vat = "NL001234567B01", .via = "es", .found = "Voorbeeld BV", .by = "buyer"},
		{.name = "Nobody", .via = "es", .found = "Ejemplo SL", .by = "folder"},
		{.name = "", .found = NULL, .by = "none"},
		/* two of them: the first in the policy */
		{.vat = "ESB12345678", .endpoint = "0106:12345678", .found = "Voorbeeld BV", .by = "buyer"},
	};
	g_autoptr(Policy) policy = three();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		facts->administration = g_strdup(cases[i].name);
		facts->buyer.vat = g_strdup(cases[i].vat);
		facts->buyer.legal_id = g_strdup(cases[i].legal_id);
		facts->buyer.tax_id = g_strdup(cases[i].tax_id);
		facts->buyer.own_id = g_strdup(cases[i].own_id);
		facts->buyer.endpoint = g_strdup(cases[i].endpoint);
		AdministrationBy by = ADMINISTRATION_BY_FOLDER;
		const Administration *found = administration_find(policy, facts, cases[i].via, &by);
		g_assert_cmpstr(found ? found->name : NULL, ==, cases[i].found);
		g_assert_cmpstr(administration_by_name(by), ==, cases[i].by);
		g_assert_true(administration_find(policy, facts, cases[i].via, NULL) == found);
	}
}

static void test_without_any(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();
	facts->administration = g_strdup("Voorbeeld BV");
	AdministrationBy by = ADMINISTRATION_BY_NAME;
	g_assert_null(administration_find(policy, facts, "es", &by));
	g_assert_cmpint(by, ==, ADMINISTRATION_BY_NONE);
}

static void test_reminds(void)
{
	g_autoptr(Policy) policy = three();
	((Administration *)policy->administrations->pdata[1])->reminders = FALSE;
	g_assert_true(administration_reminds(policy, "Voorbeeld BV"));
	g_assert_false(administration_reminds(policy, "Ejemplo SL"));
	g_assert_true(administration_reminds(policy, "gone from the policy"));
	g_assert_true(administration_reminds(policy, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/administration/find", test_find);
	g_test_add_func("/administration/without-any", test_without_any);
	g_test_add_func("/administration/reminds", test_reminds);
	return g_test_run();
}
