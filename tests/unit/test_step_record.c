/* Steps as records: every word of step.h, fields that are lacking, words of a newer version. */
#include "domain/step.h"
#include "explain/step_record.h"

static void test_shapes(void)
{
	static const struct {
		const char *step, *record;
	} cases[] = {
		{"searched|lookup|(ou=x\\|y)|dc=a|3", "{\"step\":\"searched\",\"for\":\"lookup\",\"filter\":\"(ou=x|y)\",\"base\":\"dc=a\",\"found\":3,"},
		{"read|people|(a=b)|uid=x,dc=a|0", "{\"step\":\"read\",\"for\":\"people\",\"filter\":\"(a=b)\",\"dn\":\"uid=x,dc=a\",\"found\":0,"},
		{"read-many|people|(a=b)|20|19", "{\"step\":\"read-many\",\"for\":\"people\",\"filter\":\"(a=b)\",\"names\":20,\"found\":19,"},
		{"unanswered|people|(a=b)|dc=a|timed out", "{\"step\":\"unanswered\",\"for\":\"people\",\"filter\":\"(a=b)\",\"where\":\"dc=a\",\"error\":\"timed out\","},
		{"no-manager|uid=x", "{\"step\":\"no-manager\",\"dn\":\"uid=x\","},
		{"bad-manager|uid=x", "{\"step\":\"bad-manager\",\"dn\":\"uid=x\","},
		{"no-field|holder|order", "{\"step\":\"no-field\",\"lookup\":\"holder\",\"field\":\"order\","},
		{"means|user(x)||a|b", "{\"step\":\"means\",\"selector\":\"user(x)\",\"people\":[\"a\",\"b\"],"},
		{"means|user(x)|4100", "{\"step\":\"means\",\"selector\":\"user(x)\",\"cost_centre\":\"4100\",\"people\":[],"},
		{"up-the-line|a|b", "{\"step\":\"up-the-line\",\"from\":\"a\",\"to\":\"b\","},
		{"searched|lookup", "{\"step\":\"searched\",\"for\":\"lookup\","},
		{"means", "{\"step\":\"means\","},
		{"foreseen|a|b", "{\"step\":\"foreseen\",\"fields\":[\"a\",\"b\"],"},
		{"", "{\"step\":\"\",\"fields\":[],"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Json) record = step_record(cases[i].step);
		g_autofree char *line = js_line(record);
		if (!g_str_has_prefix(line, cases[i].record))
			g_error("%s: %s", cases[i].step, line);
		g_assert_nonnull(js_object_get_string(record, "text"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/step_record/shapes", test_shapes);
	return g_test_run();
}
