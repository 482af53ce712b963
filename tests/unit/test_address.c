/* What may be asked for without TLS: this machine alone. */
#include "net/address.h"

#include "base/error.h"

static void test_safe_web(void)
{
	static const struct {
		const char *url;
		gboolean safe;
	} cases[] = {
		{"https://gateway.example/send", TRUE}, {"HTTPS://gateway.example", TRUE}, {"http://127.0.0.1:8080/x", TRUE}, {"http://127.8.9.1/", TRUE},
		{"http://localhost/", TRUE}, {"HTTP://[::1]:80/", TRUE},
		{"http://gateway.example/", FALSE}, {"http://127.0.0.1.evil.example/", FALSE}, {"http://127.evil.example/", FALSE}, {"http://localhost.evil.example/", FALSE},
		{"http://127.0.0.1@evil.example/", FALSE}, {"http://[::2]/", FALSE}, {"ftp://127.0.0.1/", FALSE}, {"httpsx://127.0.0.1/", FALSE}, {"http:/127.0.0.1", FALSE},
		{"http://", FALSE}, {"127.0.0.1", FALSE}, {"", FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_cmpint(address_is_safe_web(cases[i].url, &error), ==, cases[i].safe);
		g_assert_true(cases[i].safe ? error == NULL : error_kind(error) == ERROR_CONFIG);
	}
}

static void test_this_machine(void)
{
	g_assert_true(address_is_this_machine("smtp://127.0.0.1:25"));
	g_assert_true(address_is_this_machine("smtp://localhost"));
	g_assert_false(address_is_this_machine("smtp://127.mail.example"));
	g_assert_false(address_is_this_machine("smtp://mail.example"));
	g_assert_false(address_is_this_machine("no address"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/address/safe-web", test_safe_web);
	g_test_add_func("/address/this-machine", test_this_machine);
	return g_test_run();
}
