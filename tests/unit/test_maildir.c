/* Maildir, and the transport on top of it: one file a message, whatever happens twice. */
#include "base/error.h"
#include "mail/deliver.h"
#include "mail/maildir.h"
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
	char *root, *path;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->root = g_dir_make_tmp("maildir-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->root, "a", "b", NULL);
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	g_remove(path);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	remove_all(fixture->root);
	g_free(fixture->root);
	g_free(fixture->path);
}

static GPtrArray *listing(const char *path, const char *folder)
{
	g_autofree char *full = g_build_filename(path, folder, NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(full, 0, NULL);
	g_assert_nonnull(dir);
	for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
		g_ptr_array_add(names, g_strdup(name));
	return names;
}

static void assert_count(const char *path, const char *folder, guint count)
{
	g_autoptr(GPtrArray) names = listing(path, folder);
	g_assert_cmpuint(names->len, ==, count);
}

static char *contents(const char *path, const char *folder, const char *name)
{
	g_autofree char *file = g_build_filename(path, folder, name, NULL);
	char *text = NULL;
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	return text;
}

static GBytes *message(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

static void test_delivers_once(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GBytes) bytes = message("Subject: a\r\n\r\n.\r\nb\r\n");
	g_assert_true(maildir_prepare(fixture->path, NULL));
	g_assert_true(maildir_prepare(fixture->path, NULL));
	g_assert_true(maildir_deliver(fixture->path, "m1", bytes, NULL));
	g_assert_true(maildir_deliver(fixture->path, "m1", bytes, NULL));
	assert_count(fixture->path, "new", 1);
	assert_count(fixture->path, "tmp", 0);
	g_autofree char *text = contents(fixture->path, "new", "m1");
	g_assert_cmpstr(text, ==, "Subject: a\n\n.\nb\n");

	/* its reader has moved it */
	g_autofree char *fresh = g_build_filename(fixture->path, "new", "m1", NULL);
	g_autofree char *read = g_build_filename(fixture->path, "cur", "m1:2,S", NULL);
	g_assert_cmpint(g_rename(fresh, read), ==, 0);
	g_assert_true(maildir_deliver(fixture->path, "m1", bytes, NULL));
	assert_count(fixture->path, "new", 0);

	/* another whose name only begins so */
	g_assert_true(maildir_deliver(fixture->path, "m", bytes, NULL));
	g_assert_true(maildir_deliver(fixture->path, "m12", bytes, NULL));
	assert_count(fixture->path, "new", 2);
}

static void test_left_by_a_crash(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GBytes) bytes = message("whole\r\n");
	g_assert_true(maildir_prepare(fixture->path, NULL));
	g_autofree char *half = g_build_filename(fixture->path, "tmp", "m1", NULL);
	g_assert_true(g_file_set_contents(half, "half of a much longer one", -1, NULL));
	g_assert_true(maildir_deliver(fixture->path, "m1", bytes, NULL));
	g_autofree char *text = contents(fixture->path, "new", "m1");
	g_assert_cmpstr(text, ==, "whole\n");
}

static void test_refuses(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const names[] = {"", ".", "..", "../m1", "a/b", ".hidden", "m1:2,S", "a b", "a\nb", "é"};
	g_autoptr(GBytes) bytes = message("x\r\n");
	g_assert_true(maildir_prepare(fixture->path, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(maildir_deliver(fixture->path, names[i], bytes, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	}
	g_autoptr(GError) error = NULL;
	remove_all(fixture->path);
	g_assert_false(maildir_deliver(fixture->path, "m1", bytes, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_TRANSIENT);
}

static void test_prepare_fails(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *file = g_build_filename(fixture->root, "a", NULL);
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	g_autoptr(GError) error = NULL;
	g_assert_false(maildir_prepare(fixture->path, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
}

/* Not more than the transport reads of them. */
static Settings settings_for(const Fixture *fixture, char **transport)
{
	*transport = g_strdup_printf("maildir:%s", fixture->path);
	return (Settings){.transport = *transport, .mail_from_address = (char *)"akkoord@example.nl", .mail_timeout_s = 5};
}

static void test_transport(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *to;
		DeliveryOutcome outcome;
	} cases[] = {
		{"jo@example.nl", DELIVERY_ACCEPTED},
		{"jo@bücher.example", DELIVERY_ACCEPTED},
		{"josé@example.nl", DELIVERY_REFUSED},
		{"nobody", DELIVERY_REFUSED},
		{"a@example.nl\r\nX: y", DELIVERY_REFUSED},
	};
	g_autofree char *uri = NULL;
	const Settings settings = settings_for(fixture, &uri);
	g_autoptr(MailTransport) transport = mail_transport_new(&settings, NULL);
	g_assert_nonnull(transport);
	g_autoptr(GBytes) bytes = message("Subject: a\r\n\r\nb\r\n");
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("m%u", i);
		Delivery delivery;
		mail_transport_deliver(transport, name, cases[i].to, bytes, &delivery);
		g_assert_cmpint(delivery.outcome, ==, cases[i].outcome);
		g_assert_false(delivery.server_down);
		g_assert_nonnull(delivery.reply);
		delivery_clear(&delivery);
	}
	assert_count(fixture->path, "new", 2);
}

static void test_disk_fails(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *uri = NULL;
	const Settings settings = settings_for(fixture, &uri);
	g_autoptr(MailTransport) transport = mail_transport_new(&settings, NULL);
	remove_all(fixture->path);
	g_autoptr(GBytes) bytes = message("x\r\n");
	Delivery delivery;
	mail_transport_deliver(transport, "m1", "jo@example.nl", bytes, &delivery);
	g_assert_cmpint(delivery.outcome, ==, DELIVERY_DEFERRED);
	g_assert_true(delivery.server_down);
	delivery_clear(&delivery);
}

static void test_redirected(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *uri = NULL;
	Settings settings = settings_for(fixture, &uri);
	settings.redirect_all_to = (char *)"trial@example.nl";
	g_autoptr(MailTransport) transport = mail_transport_new(&settings, NULL);
	g_autoptr(GBytes) bytes = message("Subject: a\r\n\r\nb\r\n");
	Delivery delivery;
	mail_transport_deliver(transport, "m1", "jo@bücher.example", bytes, &delivery);
	g_assert_cmpint(delivery.outcome, ==, DELIVERY_ACCEPTED);
	delivery_clear(&delivery);
	g_autofree char *text = contents(fixture->path, "new", "m1");
	g_assert_cmpstr(text, ==, "X-Akkoord-Redirected-From: jo@xn--bcher-kva.example\nSubject: a\n\nb\n");
}

static void test_wrong_settings(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *uri = NULL;
	const Settings good = settings_for(fixture, &uri);
	Settings cases[] = {good, good, good, good, good};
	cases[0].redirect_all_to = (char *)"nobody";
	cases[1].mail_bounce = (char *)"bounce\r\n@example.nl";
	cases[2].transport = (char *)"http://127.0.0.1/";
	cases[3].transport = (char *)"smtp://127.0.0.1:1";
	cases[3].mail_password_file = (char *)"/nonexistent/password";
	cases[4].transport = (char *)"smtp://mail.example.nl"; /* a password without TLS */
	cases[4].mail_user = (char *)"akkoord";
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(mail_transport_new(&cases[i], &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	}
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/maildir/delivers_once", test_delivers_once);
	add("/maildir/left_by_a_crash", test_left_by_a_crash);
	add("/maildir/refuses", test_refuses);
	add("/maildir/prepare_fails", test_prepare_fails);
	add("/maildir/transport", test_transport);
	add("/maildir/disk_fails", test_disk_fails);
	add("/maildir/redirected", test_redirected);
	add("/maildir/wrong_settings", test_wrong_settings);
	return g_test_run();
}
