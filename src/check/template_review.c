/* Which house, which templates, which mail, which part of it. Nothing is written. */
#include "check/template_review.h"

#include "base/error.h"
#include "check/specimen.h"
#include "mail/language.h"

#include <glib/gi18n.h>
#include <string.h>

/* The house of akkoord.conf, made-up where there is none. */
typedef struct {
	Settings *read; /* NULL: made up */
	Settings settings;
	MailStyle *style;
} House;

static void house_clear(House *house)
{
	g_clear_pointer(&house->style, mail_style_free);
	g_clear_pointer(&house->read, settings_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static gboolean read_settings(const char *path, House *house, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	house->read = settings_read(path, problems);
	if (house->read) {
		house->settings = *house->read;
		return TRUE;
	}
	g_autofree char *text = problems_format(problems);
	error_set(error, ERROR_CONFIG, "%s", text);
	return FALSE;
}

static gboolean open_house(const Invocation *invocation, const char *dir, House *house, GError **error)
{
	house->settings = specimen_house();
	if (g_file_test(invocation->config_path, G_FILE_TEST_EXISTS) && !read_settings(invocation->config_path, house, error))
		return FALSE;
	if (dir)
		house->settings.template_dir = (char *)dir; /* the style copies it */
	house->style = mail_style_new(&house->settings, session_template_root(), error);
	return house->style != NULL;
}

gboolean template_review_check(const Invocation *invocation, const char *dir, GError **error)
{
	g_auto(House) house = {0};
	return open_house(invocation, dir, &house, error) && specimen_compose_all(house.style, &house.settings, error);
}

/* --- one mail --- */

typedef enum { PART_TEXT, PART_HTML, PART_MESSAGE } Part;

static gboolean refuse(const char *option, const char *value, const char *wanted, GError **error)
{
	error_set(error, ERROR_USAGE, _("--%s %s: wanted one of %s"), option, value, wanted);
	return FALSE;
}

static gboolean read_part(const char *name, Part *part, GError **error)
{
	static const char *const names[] = {[PART_TEXT] = "text", [PART_HTML] = "html", [PART_MESSAGE] = "eml"};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (!strcmp(name ? name : names[PART_TEXT], names[i])) {
			*part = (Part)i;
			return TRUE;
		}
	return refuse("part", name, "text, html, eml", error);
}

static gboolean read_order(const TemplateOrder *order, SpecimenWish *wish, Part *part, GError **error)
{
	g_autofree char *kinds = g_strjoinv(", ", (char **)specimen_kinds());
	*wish = (SpecimenWish){.kind = order->kind ? order->kind : "reminder", .single = order->single, .language = order->language};
	if (order->language && !language_find(order->language))
		return refuse("language", order->language, "en, nl, es, de, fr", error);
	if (order->tone && !tone_parse(order->tone, &wish->tone))
		return refuse("tone", order->tone, "new, friendly, firm, escalation, final", error);
	if (!g_strv_contains(specimen_kinds(), wish->kind))
		return refuse("kind", wish->kind, kinds, error);
	if (order->invoice && order->dir) {
		error_set(error, ERROR_USAGE, "%s", _("--dir goes with made-up invoices, not with --invoice"));
		return FALSE;
	}
	return read_part(order->part, part, error);
}

static gboolean make(const Invocation *invocation, const TemplateOrder *order, SpecimenWish *wish, ComposedMail *mail, GError **error)
{
	if (order->invoice) {
		g_autoptr(Session) session = session_open_to_read(invocation, error);
		return session && specimen_compose_real(session, order->invoice, wish, mail, error);
	}
	g_auto(House) house = {0};
	if (!open_house(invocation, order->dir, &house, error))
		return FALSE;
	if (!wish->language)
		wish->language = house.settings.language;
	return specimen_compose(house.style, &house.settings, wish, mail, error);
}

static GBytes *bytes_of(const ComposedMail *mail, Part part)
{
	if (part == PART_MESSAGE)
		return g_bytes_ref(mail->bytes);
	char *text = part == PART_HTML ? g_strdup(mail->html) : g_strconcat(mail->subject, "\n\n", mail->text, NULL);
	return g_bytes_new_take(text, strlen(text));
}

GBytes *template_review_show(const Invocation *invocation, const TemplateOrder *order, GError **error)
{
	SpecimenWish wish;
	Part part;
	if (!read_order(order, &wish, &part, error))
		return NULL;
	ComposedMail mail = {0};
	GBytes *bytes = make(invocation, order, &wish, &mail, error) ? bytes_of(&mail, part) : NULL;
	composed_mail_clear(&mail);
	return bytes;
}
