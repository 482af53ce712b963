/* Which of the files in a PDF is the invoice: a script stands in for pdfdetach, so that it can print what no PDF would. */
#include "intake/facturx.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

#define UNECE "urn:un:unece:uncefact:data:standard:"
#define CII(inner) "<m:CrossIndustryInvoice xmlns:m=\"" UNECE "CrossIndustryInvoice:100\">" inner "</m:CrossIndustryInvoice>"
#define OLD "<m:CrossIndustryDocument xmlns:m=\"urn:ferd:CrossIndustryDocument:invoice:1p0\"/>"
#define ORDER "<Order/>"

/* A folder with the script in it. */
typedef struct {
	char *folder, *program;
} Stand;

static void stand_up(Stand *stand, gconstpointer data)
{
	(void)data;
	stand->folder = g_dir_make_tmp("facturx-XXXXXX", NULL);
	stand->program = g_build_filename(stand->folder, "pdfdetach", NULL);
}

static void stand_down(Stand *stand, gconstpointer data)
{
	(void)data;
	g_unlink(stand->program);
	g_rmdir(stand->folder);
	g_free(stand->program);
	g_free(stand->folder);
}

/* What it does when asked for the list, and for each file: shell commands. */
static void write_program(const Stand *stand, const char *list, const char *save)
{
	g_autofree char *script = g_strconcat("#!/bin/sh\nif [ \"$1\" = -list ]; then\n", list, "\nelse case $2 in\n", save, "\nesac\nfi\n", NULL);
	g_assert_true(g_file_set_contents(stand->program, script, -1, NULL));
	g_assert_cmpint(g_chmod(stand->program, 0700), ==, 0);
}

static char *extract(const Stand *stand, char **name, GError **error)
{
	g_autoptr(GBytes) pdf = g_bytes_new_static("%PDF-1.7", 8);
	g_autoptr(GBytes) xml = facturx_xml(stand->program, pdf, name, error);
	return xml ? g_strndup(g_bytes_get_data(xml, NULL), g_bytes_get_size(xml)) : NULL;
}

#define SAY(number, text) number ") printf '%s' '" text "';;\n"
#define LIST(text) "printf '" text "'"

static void test_which(Stand *stand, gconstpointer data)
{
	static const struct {
		const char *list, *save, *name, *xml;
	} cases[] = {
		{LIST("1 embedded files\\n1: factur-x.xml\\n"), SAY("1", CII("")), "factur-x.xml", CII("")},
		{LIST("1 embedded files\\n1: FACTUR-X.XML\\n"), SAY("1", CII("")), "FACTUR-X.XML", CII("")},
		{LIST("1 embedded files\\n1: ../../etc/factur-x.xml\\n"), SAY("1", CII("")), "../../etc/factur-x.xml", CII("")},
		{LIST("1 embedded files\\n1: invoice.bin\\n"), SAY("1", CII("")), "invoice.bin", CII("")},
		{LIST("1 embedded files\\n"), SAY("1", CII("")), "", CII("")},
		/* by the name that the standards give it, wherever it stands */
		{LIST("3 embedded files\\n1: a.xml\\n2: ZUGFeRD-invoice.xml\\n3: factur-x.xml\\n"), SAY("1", CII("a")) SAY("2", OLD) SAY("3", CII("c")), "factur-x.xml", CII("c")},
		{LIST("2 embedded files\\n1: ZUGFeRD-invoice.xml\\n2: xrechnung.xml\\n"), SAY("1", OLD) SAY("2", CII("")), "xrechnung.xml", CII("")},
		{LIST("2 embedded files\\n1: old.xml\\n2: zugferd-invoice.xml\\n"), SAY("1", CII("")) SAY("2", OLD), "zugferd-invoice.xml", OLD},
		{LIST("2 embedded files\\n1: factur-x.xml\\n2: factur-x.xml\\n"), SAY("1", CII("a")) SAY("2", CII("a")), "factur-x.xml", CII("a")},
		/* what is in it counts more than its name */
		{LIST("2 embedded files\\n1: factur-x.xml\\n2: mine.xml\\n"), SAY("1", ORDER) SAY("2", CII("")), "mine.xml", CII("")},
		{LIST("2 embedded files\\n1: order.xml\\n2: delivery.pdf\\n"), SAY("1", ORDER) SAY("2", "%%PDF-1.4"), "order.xml", ORDER},
		{LIST("2 embedded files\\n1: factur-x.xml\\n2: mine.xml\\n"), SAY("1", "<!DOCTYPE a>") SAY("2", CII("")), "factur-x.xml", "<!DOCTYPE a>"},
		{LIST("2 embedded files\\n1: drawing.pdf\\n2: mine.xml\\n"), "1) exit 2;;\n" SAY("2", CII("")), "mine.xml", CII("")},
		/* names with line breaks pretend nothing that matters */
		{LIST("2 embedded files\\n1: a\\n2: factur-x.xml\\n2: b.xml\\n"), SAY("1", "no") SAY("2", CII("")), "factur-x.xml", CII("")},
		/* the XML may be any bytes */
		{LIST("1 embedded files\\n1: factur-x.xml\\n"), "1) printf '\\357\\273\\277%s' '" CII("") "';;\n", "factur-x.xml", "\xEF\xBB\xBF" CII("")},
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = NULL;
		write_program(stand, cases[i].list, cases[i].save);
		g_autofree char *xml = extract(stand, &name, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(xml, ==, cases[i].xml);
		g_assert_cmpstr(name, ==, cases[i].name);
	}
}

static void test_refused(Stand *stand, gconstpointer data)
{
	static const struct {
		const char *list, *save, *reason;
	} cases[] = {
		{LIST("0 embedded files\\n"), "", "a PDF file without an e-invoice in it (Factur-X, ZUGFeRD)"},
		{LIST("0 embedded files\\n") "; echo 'Syntax Error: bad' >&2", "", "a PDF file without an e-invoice in it (Factur-X, ZUGFeRD); it is damaged: Syntax Error: bad"},
		{LIST(""), "", "a PDF file without an e-invoice in it (Factur-X, ZUGFeRD)"},
		{"echo 'Syntax Error: no trailer' >&2; exit 1", "", "a PDF file that cannot be read: Syntax Error: no trailer"},
		{"echo 'Command Line Error: Incorrect password' >&2; exit 1", "", "a PDF file that is locked with a password"},
		{"kill -11 $$", "", "a PDF file that cannot be read: killed by signal 11"},
		{"yes", "", "a PDF file that cannot be read: printed more than 65536 bytes"},
		{LIST("2 embedded files\\n1: a.pdf\\n2: b\\033[31m\\n"), SAY("1", "%%PDF") SAY("2", "text"), "a PDF file whose embedded files (a.pdf, b[31m) are no invoice"},
		{LIST("2 embedded files\\n1: a.xml\\n2: b.xml\\n"), SAY("1", CII("a")) SAY("2", CII("b")),
		 "a PDF file with several invoices in it (a.xml, b.xml): which of them it is cannot be told"},
		{LIST("2 embedded files\\n1: factur-x.xml\\n2: factur-x.xml\\n"), SAY("1", CII("a")) SAY("2", CII("b")),
		 "a PDF file with several invoices in it (factur-x.xml, factur-x.xml): which of them it is cannot be told"},
		/* the one that it must be cannot be had: no other is taken for it */
		{LIST("2 embedded files\\n1: factur-x.xml\\n2: b.xml\\n"), "1) yes;;\n" SAY("2", CII("b")), "a PDF file that cannot be read: printed more than 10485760 bytes"},
		{LIST("1 embedded files\\n1: factur-x.xml\\n"), "1) echo no >&2; exit 2;;\n", "a PDF file that cannot be read: exit code 2: no"},
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = NULL;
		write_program(stand, cases[i].list, cases[i].save);
		g_assert_null(extract(stand, &name, &error));
		g_assert_null(name);
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		if (!g_str_has_prefix(error->message, cases[i].reason) || strlen(error->message) > 300)
			g_error("%s: %s", cases[i].reason, error->message);
	}
}

/* More than an honest PDF holds: the likeliest are looked into, however late they come, and no others. */
static void test_many(Stand *stand, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL, *no_name = NULL;
	(void)data;
	write_program(stand, "echo 100 embedded files; i=0; while [ $i -lt 99 ]; do i=$((i+1)); echo $i: n$i.xml; done; echo 100: factur-x.xml",
	              "100) printf '%s' '" CII("") "';;\n*) echo $2 looked into;;\n");
	g_autofree char *xml = extract(stand, &name, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "factur-x.xml");
	g_assert_cmpstr(xml, ==, CII(""));
	write_program(stand, "echo 4000000000 embedded files", "16) printf '%s' '" CII("") "';;\n17) printf '%s' '" CII("b") "';;\n");
	g_autofree char *sixteenth = extract(stand, &no_name, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(sixteenth, ==, CII(""));
	g_assert_cmpstr(no_name, ==, "");
}

/* It gets the PDF, by its standard input alone, as a file that it can seek in; and it can write none. */
static void test_what_it_gets(Stand *stand, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;
	(void)data;
	g_autofree char *file = g_build_filename(stand->folder, "written", NULL);
	g_autofree char *list = g_strdup_printf("cat /dev/stdin /dev/stdin >&2; (echo written >%s) 2>/dev/null; exit 1", file);
	g_autofree char *written = NULL;
	write_program(stand, list, "");
	g_assert_null(extract(stand, &name, &error));
	g_assert_true(g_str_has_prefix(error->message, "a PDF file that cannot be read: %PDF-1.7%PDF-1.7"));
	g_assert_true(!g_file_get_contents(file, &written, NULL, NULL) || *written == '\0');
	g_unlink(file);
}

/* That it is not there, or had no time, says nothing of the PDF. */
static void test_not_there(Stand *stand, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;
	(void)data;
	g_assert_null(extract(stand, &name, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_true(g_str_has_prefix(error->message, "a PDF file, which could not be looked into: "));
	g_assert_nonnull(strstr(error->message, stand->program));
}

static void test_what_is_one(void)
{
	static const struct {
		const char *text;
		gboolean is_one;
	} cases[] = {
		{"%PDF-1.7\n", TRUE}, {"%PDF-", TRUE}, {"junk\n%PDF-1.4", TRUE}, {"\x01\x02%PDF-2.0", TRUE}, {"", FALSE}, {"%PDF", FALSE},
		{"junk %PDF-x", FALSE}, {"<a>%PDF-1.4</a>", FALSE}, {" \n<a>%PDF-1.4</a>", FALSE}, {"{\"a\":\"%PDF-1.4\"}", FALSE}, {"[\"%PDF-1.4\"]", FALSE},
		{"\xEF\xBB\xBFx;%PDF-1.4", FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (facturx_is_pdf(cases[i].text, strlen(cases[i].text)) != cases[i].is_one)
			g_error("%s", cases[i].text);
	g_autofree char *late = g_strnfill(2000, 'x');
	memcpy(late + 1019, "%PDF-1", 6);
	g_assert_false(facturx_is_pdf(late, 2000));
	memcpy(late + 1018, "%PDF-1", 6);
	g_assert_true(facturx_is_pdf(late, 2000));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/facturx/which", Stand, NULL, stand_up, test_which, stand_down);
	g_test_add("/facturx/refused", Stand, NULL, stand_up, test_refused, stand_down);
	g_test_add("/facturx/many", Stand, NULL, stand_up, test_many, stand_down);
	g_test_add("/facturx/what-it-gets", Stand, NULL, stand_up, test_what_it_gets, stand_down);
	g_test_add("/facturx/not-there", Stand, NULL, stand_up, test_not_there, stand_down);
	g_test_add_func("/facturx/what-is-one", test_what_is_one);
	return g_test_run();
}
