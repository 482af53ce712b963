/* What people see, byte for byte: every tone and kind of mail in every language is compared with tests/golden. AKKOORD_GOLDEN=write writes the files anew; look at what changed. */
#include "check/specimen.h"
#include "mail/language.h"
#include <string.h>

typedef struct {
	Settings settings;
	MailStyle *style;
	char *golden;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const char *source = g_getenv("AKKOORD_SRCDIR") != NULL ? g_getenv("AKKOORD_SRCDIR") : ".";
	g_autofree char *root = g_build_filename(source, "etc", "templates", NULL);
	g_autoptr(GError) error = NULL;
	fixture->settings = specimen_house();
	fixture->style = mail_style_new(&fixture->settings, root, &error);
	g_assert_no_error(error);
	fixture->golden = g_build_filename(source, "tests", "golden", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	mail_style_free(fixture->style);
	g_free(fixture->golden);
}

/* The first line in which they differ, for whoever reads the log. */
static void say_difference(const char *path, const char *wanted, const char *got)
{
	g_auto(GStrv) before = g_strsplit(wanted, "\n", -1), now = g_strsplit(got, "\n", -1);
	guint line = 0;
	while (before[line] != NULL && now[line] != NULL && strcmp(before[line], now[line]) == 0)
		line++;
	g_test_message("%s:%u\n- %s\n+ %s\n(all of them anew: AKKOORD_GOLDEN=write tests/unit/test_specimen)", path, line + 1, before[line] != NULL ? before[line] : "",
	               now[line] != NULL ? now[line] : "");
}

static void compare(const Fixture *fixture, const char *name, const char *got)
{
	g_autofree char *path = g_build_filename(fixture->golden, name, NULL), *wanted = NULL;
	g_autoptr(GError) error = NULL;
	if (g_strcmp0(g_getenv("AKKOORD_GOLDEN"), "write") == 0)
		g_file_set_contents(path, got, -1, &error);
	g_assert_no_error(error);
	g_file_get_contents(path, &wanted, NULL, &error);
	g_assert_no_error(error);
	if (strcmp(wanted, got) != 0) {
		say_difference(path, wanted, got);
		g_test_fail();
	}
}

static void compare_mail(const Fixture *fixture, const SpecimenWish *wish, gboolean with_html)
{
	ComposedMail mail = {0};
	g_autoptr(GError) error = NULL;
	specimen_compose(fixture->style, &fixture->settings, wish, &mail, &error);
	g_assert_no_error(error);
	const char *what = wish->kind != NULL ? wish->kind : tone_name(wish->tone);
	g_autofree char *stem = g_strdup_printf("%s%s.%s", what, wish->single ? ".one" : "", wish->language);
	g_autofree char *text_name = g_strconcat(stem, ".txt", NULL), *html_name = g_strconcat(stem, ".html", NULL);
	g_autofree char *text = g_strdup_printf("%s\n\n%s", mail.subject, mail.text);
	compare(fixture, text_name, text);
	if (with_html)
		compare(fixture, html_name, mail.html);
	g_assert_cmpuint(strlen(mail.html), <, 100000); /* Gmail cuts off what is longer */
	composed_mail_clear(&mail);
}

static void test_tones(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (Tone tone = TONE_NEW; tone <= TONE_FINAL; tone++)
			compare_mail(fixture, &(SpecimenWish){NULL, tone, *code, FALSE}, TRUE);
}

/* The page around them is the same: of most the words are enough. */
static void test_kinds(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (const char *const *kind = specimen_kinds() + 1; *kind != NULL; kind++)
			compare_mail(fixture, &(SpecimenWish){*kind, TONE_NEW, *code, FALSE}, g_str_equal(*code, "en"));
}

static void test_single(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (const char *const *code = language_codes(); *code != NULL; code++)
		compare_mail(fixture, &(SpecimenWish){NULL, TONE_FRIENDLY, *code, TRUE}, TRUE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/specimen/tones", Fixture, NULL, set_up, test_tones, tear_down);
	g_test_add("/specimen/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
	g_test_add("/specimen/single", Fixture, NULL, set_up, test_single, tear_down);
	return g_test_run();
}
