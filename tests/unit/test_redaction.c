#include "base/redaction.h"

static void test_hides(void)
{
	static const char *const secrets[] = {"pa ss\xc3\xa9", "dXNlcj1ha2tvb3JkAWF1dGg9QmVhcmVyIGFiYw==", "abc", "ya29.token-of_access", NULL};
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", ""},
		{"535 5.7.8 Error: authentication failed", "535 5.7.8 Error: authentication failed"},
		{"501 cannot decode dXNlcj1ha2tvb3JkAWF1dGg9QmVhcmVyIGFiYw==", "501 cannot decode ***"},
		{"501 cannot decode 'dXNlcj1ha2tvb3Jk...'", "501 cannot decode '***'"},
		{"535 no such password: pa ss\xc3\xa9!", "535 no such password: ***!"},
		{"token=ya29.token-of_access; next", "token=***; next"},
		{"token=ya29.token; next", "***; next"},
		{"xya29.token-of_accessx", "x***x"},
		{"abc is too short to be looked for", "abc is too short to be looked for"},
		{"  two  blanks ", "  two  blanks "},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = redaction_apply(cases[i].text, secrets);
		g_assert_cmpstr(found, ==, cases[i].wanted);
	}
}

static void test_nothing_to_hide(void)
{
	static const char *const none[] = {NULL};
	g_autofree char *found = redaction_apply("as it was", none);
	g_assert_cmpstr(found, ==, "as it was");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/redaction/hides", test_hides);
	g_test_add_func("/redaction/nothing_to_hide", test_nothing_to_hide);
	return g_test_run();
}
