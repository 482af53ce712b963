/* International domain names: what may go into an SMTP envelope, and what may not. */
#include "base/error.h"
#include "codec/idn.h"
#include <string.h>

static void test_domains(void)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} cases[] = {
		{"example.nl", "example.nl"},
		{"EXAMPLE.nl", "example.nl"},
		{"bücher.example", "xn--bcher-kva.example"},
		{"BÜCHER.example", "xn--bcher-kva.example"},
		{"bu\xcc\x88" "cher.example", "xn--bcher-kva.example"}, /* u and a combining diaeresis */
		{"straße.example", "xn--strae-oqa.example"},            /* not transitional: never strasse */
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"例え.テスト", "xn--r8jz45g.xn--zckzah"},
		{"a b.example", NULL},
		{"exa\rmple.nl", NULL},
		{"under_score.example", NULL},
		{"-start.example", NULL},
		{"end-.example", NULL},
		{"ab--cd.example", NULL},
		{"", ""},
		{"1-A.2-b.EXAMPLE", "1-a.2-b.example"},
		{"a123456789a123456789a123456789a123456789a123456789a123456789abc.nl", "a123456789a123456789a123456789a123456789a123456789a123456789abc.nl"},
		{"a123456789a123456789a123456789a123456789a123456789a123456789abcd.nl", NULL},
		{"xn--a\xc3\xa9.example", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *out = idn_domain(cases[i].in, &error);
		g_assert_cmpstr(out, ==, cases[i].out);
		if (cases[i].out == NULL)
			g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	}
}

static void test_addresses(void)
{
	g_autofree char *long_label = g_strnfill(63, 'a');
	g_autofree char *too_long = g_strdup_printf("x@%s.%s.%s.%s.example", long_label, long_label, long_label, long_label);
	const struct {
		const char *in, *out;
	} cases[] = {
		{"ana@example.es", "ana@example.es"},
		{"Ana.Ruiz+inv@EXAMPLE.es", "Ana.Ruiz+inv@example.es"}, /* the local part keeps its case */
		{"jan@bücher.example", "jan@xn--bcher-kva.example"},
		{"josé@example.es", NULL},
		{"no-at-sign", NULL},
		{"@example.es", NULL},
		{"a@", NULL},
		{"a@b@example.es", NULL},
		{"a@example.es>\r\nRCPT TO:<victim@example.org", NULL},
		{"a b@example.es", NULL},
		{"<a@example.es>", NULL},
		{"", NULL},
		{too_long, NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *out = idn_mail_address(cases[i].in, &error);
		g_assert_cmpstr(out, ==, cases[i].out);
		if (cases[i].out == NULL) {
			g_assert_error(error, AKKOORD_ERROR, ERROR_PERMANENT);
			g_assert_null(strpbrk(error->message, "\r\n"));
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/idn/domains", test_domains);
	g_test_add_func("/idn/addresses", test_addresses);
	return g_test_run();
}
