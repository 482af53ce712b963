/* Which amounts of a cost centre are left to a chain by those above it. */
#include "domain/centre_reach.h"

#include <string.h>

/* "centres;min;max;more" of each chain, from the top: centres as patterns with blanks between, amounts as Money is written. */
static Policy *policy_of(const char *const *chains)
{
	Policy *policy = policy_new();
	for (; *chains; chains++) {
		g_auto(GStrv) parts = g_strsplit(*chains, ";", 4);
		Chain *chain = chain_new();
		chain->has_when = **chains != '\0';
		if (chain->has_when && *parts[0]) {
			g_auto(GStrv) patterns = g_strsplit(parts[0], " ", 0);
			chain->when.cost_centre = g_ptr_array_new_with_free_func(g_free);
			for (guint i = 0; patterns[i]; i++)
				g_ptr_array_add(chain->when.cost_centre, g_strdup(patterns[i]));
		}
		chain->when.has_min = chain->has_when && *parts[1];
		chain->when.has_max = chain->has_when && *parts[2];
		g_assert_true(!chain->when.has_min || money_parse(parts[1], &chain->when.min, NULL));
		g_assert_true(!chain->when.has_max || money_parse(parts[2], &chain->when.max, NULL));
		if (chain->has_when && *parts[3]) {
			chain->when.supplier = g_ptr_array_new_with_free_func(g_free);
			g_ptr_array_add(chain->when.supplier, g_strdup(parts[3]));
		}
		g_ptr_array_add(policy->chains, chain);
	}
	return policy;
}

static char *reach_text(const Policy *policy, guint chain, const char *centre)
{
	CentreReach reach;
	if (!policy_reach_of_centre(policy, chain, centre, &reach))
		return g_strdup("never");
	g_autofree char *least = *reach.least.currency ? money_format(reach.least) : g_strdup("");
	g_autofree char *most = *reach.most.currency ? money_format(reach.most) : g_strdup("");
	return g_strdup_printf("%s..%s", least, most);
}

static void test_reach(void)
{
	static const struct {
		const char *chains[5];
		const char *centre;
		const char *wanted; /* of the last chain */
	} cases[] = {
		{{""}, "4100", ".."},
		{{""}, NULL, ".."},
		{{";;250.00 EUR;"}, "4100", "..250.00 EUR"},
		{{"IT-*;250.01 EUR;;"}, "it-7", "250.01 EUR.."},
		{{"IT-*;;;"}, "FAC-1", "never"},
		{{"IT-*;;;"}, NULL, "never"},
		{{";;250.00 EUR;", "IT-*;250.01 EUR;;", ""}, "IT-100", "never"},
		{{";;250.00 EUR;", "IT-*;250.01 EUR;;", ""}, "FAC-1", "250.01 EUR.."},
		{{";;250.00 EUR;", "IT-*;250.01 EUR;;", ""}, NULL, "250.01 EUR.."},
		{{"IT-*;250.01 EUR;;", ";;250.00 EUR;", ""}, "IT-100", "never"}, /* in any order */
		{{";;250.00 EUR;NL*", ""}, "4100", ".."},                        /* some suppliers' alone */
		{{";;250.00 EUR;", ";;900.00 USD;"}, "4100", "..900.00 USD"},    /* not to be compared */
		{{";100.00 EUR;200.00 EUR;", ""}, "4100", ".."},                 /* a hole */
		{{";1000.00 EUR;;", ";;2000.00 EUR;"}, "4100", "..999.99 EUR"},
		{{"", ""}, "4100", "never"},
		{{"4100 4200;;;", ""}, "4200", "never"},
		{{"4100 4200;;;", ""}, "4300", ".."},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Policy) policy = policy_of(cases[i].chains);
		g_autofree char *text = reach_text(policy, policy->chains->len - 1, cases[i].centre);
		if (strcmp(text, cases[i].wanted))
			g_error("case %" G_GSIZE_FORMAT ": %s, wanted %s", i, text, cases[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/centre_reach/reach", test_reach);
	return g_test_run();
}
