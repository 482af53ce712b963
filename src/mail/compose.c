/* Messages to people, as bytes (PRACTICE.md 1.1-1.3, 2.1, 2.2, 2.6). Invariants: nothing here is taken from the clock or from chance, so that the same request gives
 * the same bytes; the method of an invite and of its part come from one variable. */
#include "mail/compose.h"

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "codec/idn.h"
#include "codec/mime.h"
#include "mail/context.h"
#include "mail/language.h"
#include "mail/logo.h"
#include "mail/palette.h"
#include "mail/templates.h"
#include <string.h>

#define SUBJECT_MAX 200 /* characters */
#define DISPLAY_NAME_MAX 80
#define BOUNDARY_SIZE 40
#define HEADERS_MAX 11

struct MailStyle {
	Templates *templates;
	Palette palette;
	const Language *language; /* where the recipient has none that we speak */
	char *organisation, *public_url;
	char *from_name, *from_address; /* the address with an ASCII domain */
	Logo *logo; /* NULL: the name stands for it */
};

void mail_style_free(MailStyle *style)
{
	if (style == NULL)
		return;
	templates_free(style->templates);
	g_free(style->organisation);
	g_free(style->public_url);
	g_free(style->from_name);
	g_free(style->from_address);
	logo_free(style->logo);
	g_free(style);
}

MailStyle *mail_style_new(const Settings *settings, const char *template_root, GError **error)
{
	g_autoptr(MailStyle) style = g_new0(MailStyle, 1);
	style->from_address = idn_mail_address(settings->mail_from_address, error);
	if (style->from_address == NULL) {
		g_prefix_error(error, "mail: from: ");
		return NULL;
	}
	style->templates = templates_new(template_root, settings->template_dir, context_names(), error);
	if (style->templates == NULL)
		return NULL;
	style->logo = logo_load(settings->logo, strrchr(style->from_address, '@') + 1, NULL); /* no mail waits for a picture: the name stands instead, and check says why */
	style->language = language_find(settings->language);
	if (style->language == NULL)
		style->language = language_find("en");
	style->palette = palette_new(settings->colour);
	style->organisation = g_strdup(settings->organisation);
	style->public_url = g_strdup(settings->public_url);
	style->from_name = text_clean_or_null(settings->mail_from_name);
	return g_steal_pointer(&style);
}

void composed_mail_clear(ComposedMail *mail)
{
	g_clear_pointer(&mail->to, g_free);
	g_clear_pointer(&mail->subject, g_free);
	g_clear_pointer(&mail->text, g_free);
	g_clear_pointer(&mail->html, g_free);
	g_clear_pointer(&mail->bytes, g_bytes_unref);
	g_clear_pointer(&mail->files, g_ptr_array_unref);
}

char *mail_message_id(const Settings *settings, const char *message)
{
	const char *at = strrchr(settings->mail_from_address, '@');
	g_autofree char *host = at != NULL ? idn_domain(at + 1, NULL) : NULL;
	return g_strdup_printf("<%s@%s>", message, host != NULL ? host : "akkoord.invalid");
}

/* One mail in the making. */
typedef struct {
	const MailStyle *style;
	const MailRequest *request;
	const Language *language;
	const char *variant; /* of the templates */
	ContextHouse house;
	Json *context;       /* set once the draft is started */
	char *to;
} Draft;

static void draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->context, js_unref);
	g_clear_pointer(&draft->to, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

static void draft_begin(Draft *draft, const MailStyle *style, const MailRequest *request, const char *variant)
{
	const Language *own = language_find_first(request->recipient->language);
	const Language *language = own != NULL ? own : style->language;
	*draft = (Draft){
		.style = style,
		.request = request,
		.language = language,
		.variant = variant,
		.house = {
			.language = language,
			.words = templates_words(style->templates, language),
			.palette = &style->palette,
			.organisation = style->organisation,
			.public_url = style->public_url,
			.logo = style->logo,
		},
	};
}

static gboolean draft_start(Draft *draft, const MailStyle *style, const MailRequest *request, const char *variant, GError **error)
{
	const char *mail = request->recipient->mail != NULL ? request->recipient->mail : "";
	char *to = idn_mail_address(mail, error);
	if (to == NULL)
		return FALSE;
	draft_begin(draft, style, request, variant);
	draft->to = to;
	return TRUE;
}

static char *render(const Draft *draft, const char *name, const char *part)
{
	const TemplateKey key = {draft->language, draft->variant, part};
	return templates_render(draft->style->templates, &key, name, draft->context);
}

/* What a section leaves out leaves blank lines: one at most between paragraphs, none at the ends. */
static char *render_text(const Draft *draft, const char *name)
{
	g_autofree char *rendered = render(draft, name, "txt");
	g_auto(GStrv) lines = g_strsplit(rendered, "\n", -1);
	GString *out = g_string_new(NULL);
	gboolean blank = FALSE;
	for (char **line = lines; *line != NULL; line++) {
		g_strchomp(*line);
		if (**line == '\0') {
			blank = out->len > 0;
			continue;
		}
		g_string_append_printf(out, "%s%s\n", blank ? "\n" : "", *line);
		blank = FALSE;
	}
	return g_string_free(out, FALSE);
}

static char *render_line(const Draft *draft, const char *name)
{
	g_autofree char *rendered = render(draft, name, "txt");
	return context_line(rendered, SUBJECT_MAX);
}

/* NULL where the directory gives none. */
static char *display_name(const MailRequest *request)
{
	g_autofree char *name = context_line(request->recipient->name, DISPLAY_NAME_MAX);
	return name[0] != '\0' ? g_steal_pointer(&name) : NULL;
}

static char *subject_of(const Draft *draft)
{
	g_autofree char *subject = render_line(draft, "subject");
	return g_strconcat(draft->request->thread_id != NULL ? "Re: " : "", subject, NULL);
}

/* "=_" stands in no line of quoted-printable or base64, the rest tells levels apart. */
static void boundary_of(const char *message_id, const char *level, char boundary[BOUNDARY_SIZE])
{
	char hex[SHA256_HEX_SIZE];
	sha256_hex2(message_id, strlen(message_id), level, strlen(level), hex);
	g_snprintf(boundary, BOUNDARY_SIZE, "=_%.32s", hex);
}

static gboolean draft_finish(const Draft *draft, const MimePart *body, ComposedMail *mail, GError **error)
{
	const MailRequest *request = draft->request;
	g_autofree char *subject = subject_of(draft);
	g_autofree char *name = display_name(request);
	g_autofree char *date = mime_date(request->now, zone_offset(calendar_zone(request->calendar), request->now));
	g_autofree char *reply_to = request->reply_to && request->reply_to->mail ? idn_mail_address(request->reply_to->mail, NULL) : NULL;
	g_autofree char *reply_name = context_line(request->reply_to ? request->reply_to->name : NULL, DISPLAY_NAME_MAX);
	MimeHeader headers[HEADERS_MAX] = {
		{MIME_HEADER_MAILBOX, "From", draft->style->from_name, draft->style->from_address},
		{MIME_HEADER_MAILBOX, "To", name, draft->to},
		{MIME_HEADER_TEXT, "Subject", subject, NULL},
		{MIME_HEADER_TOKENS, "Date", date, NULL},
		{MIME_HEADER_TOKENS, "Message-ID", request->message_id, NULL},
		{MIME_HEADER_TOKENS, "Auto-Submitted", "auto-generated", NULL},
		{MIME_HEADER_TOKENS, "X-Auto-Response-Suppress", "OOF, AutoReply", NULL},
		{MIME_HEADER_TOKENS, "X-Akkoord-Loop", draft->style->from_address, NULL},
	};
	gsize n = 8;
	if (request->thread_id != NULL) {
		/* Gmail goes by the first of these, others by the second */
		headers[n++] = (MimeHeader){MIME_HEADER_TOKENS, "In-Reply-To", request->thread_id, NULL};
		headers[n++] = (MimeHeader){MIME_HEADER_TOKENS, "References", request->thread_id, NULL};
	}
	if (reply_to != NULL)
		headers[n++] = (MimeHeader){MIME_HEADER_MAILBOX, "Reply-To", reply_name[0] != '\0' ? reply_name : NULL, reply_to};
	GBytes *bytes = mime_format(headers, n, body, error);
	if (bytes == NULL) {
		g_prefix_error(error, "mail %s: ", request->message_id);
		return FALSE;
	}
	*mail = (ComposedMail){.to = g_strdup(draft->to), .subject = g_steal_pointer(&subject), .bytes = bytes};
	return TRUE;
}

/* The files stand beside the message, never in it: what programs look for is in the first part. */
static gboolean finish_with_files(const Draft *draft, const MimePart *message, ComposedMail *mail, GError **error)
{
	const MailRequest *request = draft->request;
	char boundary[BOUNDARY_SIZE];
	boundary_of(request->message_id, "mixed", boundary);
	g_autofree MimePart *files = g_new0(MimePart, request->n_files);
	g_autofree const MimePart **parts = g_new0(const MimePart *, request->n_files + 2);
	g_autoptr(GPtrArray) bytes = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	parts[0] = message;
	for (gsize i = 0; i < request->n_files; i++) {
		const MailFile *file = &request->files[i];
		files[i] = (MimePart){.type = "application", .subtype = file->subtype, .attachment = file->name, .bytes = file->bytes};
		parts[i + 1] = &files[i];
		g_ptr_array_add(bytes, g_bytes_ref(file->bytes));
	}
	const MimePart body = {.type = "multipart", .subtype = "mixed", .boundary = boundary, .children = parts};
	if (!draft_finish(draft, &body, mail, error))
		return FALSE;
	mail->files = g_steal_pointer(&bytes);
	return TRUE;
}

/* Takes them. */
static gboolean keep_parts(char *text, char *html, ComposedMail *mail)
{
	mail->text = text;
	mail->html = html;
	return TRUE;
}

/* The message as text and as HTML, which the picture that it shows stands beside (RFC 2387). */
static gboolean finish_alternative(const Draft *draft, ComposedMail *mail, GError **error)
{
	g_autofree char *text = render_text(draft, "message"), *html = render(draft, "message", "html");
	char boundary[BOUNDARY_SIZE], inner[BOUNDARY_SIZE];
	boundary_of(draft->request->message_id, "alternative", boundary);
	boundary_of(draft->request->message_id, "related", inner);
	const MimePart plain_part = {.type = "text", .subtype = "plain", .utf8 = TRUE, .content = text};
	const MimePart html_part = {.type = "text", .subtype = "html", .utf8 = TRUE, .content = html};
	const Logo *logo = draft->house.logo;
	const MimePart logo_part = {
		.type = "image", .subtype = logo != NULL ? picture_subtype(logo->picture.kind) : NULL, .id = logo != NULL ? logo->id : NULL, .bytes = logo != NULL ? logo->bytes : NULL,
	};
	const MimePart *const page[] = {&html_part, &logo_part, NULL};
	const MimePart page_part = {.type = "multipart", .subtype = "related", .boundary = inner, .children = page};
	const MimePart *const parts[] = {&plain_part, logo != NULL ? &page_part : &html_part, NULL};
	const MimePart body = {.type = "multipart", .subtype = "alternative", .boundary = boundary, .children = parts};
	const gboolean ok = draft->request->n_files > 0 ? finish_with_files(draft, &body, mail, error) : draft_finish(draft, &body, mail, error);
	return ok && keep_parts(g_steal_pointer(&text), g_steal_pointer(&html), mail);
}

/* Who has nothing to decide is informed, in whatever tone. */
static const char *variant_of(const MailRequest *request)
{
	for (gsize i = 0; i < request->n_items; i++)
		if (!request->items[i].informing)
			return tone_name(request->tone);
	return "inform";
}

Json *mail_facts(const MailStyle *style, const MailRequest *request)
{
	g_auto(Draft) draft = {0};
	draft_begin(&draft, style, request, variant_of(request));
	draft.context = context_new(&draft.house, request, CONTEXT_REMINDER);
	g_autofree char *line = render_line(&draft, "short");
	const gboolean decides = js_object_get_boolean(draft.context, "decides");
	g_autofree char *link = decides ? context_page(style->public_url, request) : NULL;
	g_autofree char *text = link != NULL ? g_strjoin(" ", line, link, NULL) : g_strdup(line);
	js_object_set_line(draft.context, "line", line);
	js_object_set_line(draft.context, "text", text);
	js_object_set_boolean(draft.context, "link", FALSE);
	if (link != NULL)
		js_object_set_line(draft.context, "link", link);
	return js_ref(draft.context);
}

gboolean mail_compose_reminder(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(request->n_items > 0, FALSE);
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, request, variant_of(request), error))
		return FALSE;
	draft.context = context_new(&draft.house, request, CONTEXT_REMINDER);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_news(const MailStyle *style, const MailRequest *request, const char *news, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(request->n_items == 1, FALSE);
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, request, news, error))
		return FALSE;
	draft.context = context_new(&draft.house, request, CONTEXT_NEWS);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_done(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(request->n_items > 0, FALSE);
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, request, "done", error))
		return FALSE;
	draft.context = context_new(&draft.house, request, CONTEXT_REMINDER);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_return(const MailStyle *style, const MailRequest *request, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(request->n_items > 0, FALSE);
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, request, "return", error))
		return FALSE;
	draft.context = context_new(&draft.house, request, CONTEXT_REMINDER);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_notice(const MailStyle *style, const MailNotice *notice, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(notice->n_troubles > 0, FALSE);
	const MailRequest letter = {
		.recipient = notice->recipient,
		.calendar = notice->calendar,
		.now = notice->now,
		.message_id = notice->message_id,
	};
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, &letter, "notice", error))
		return FALSE;
	draft.context = context_notice_new(&draft.house, &letter, notice);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_summary(const MailStyle *style, const MailSummary *summary, ComposedMail *mail, GError **error)
{
	const MailRequest letter = {
		.recipient = summary->recipient,
		.calendar = summary->calendar,
		.now = summary->now,
		.message_id = summary->message_id,
	};
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, &letter, "summary", error))
		return FALSE;
	draft.context = context_summary_new(&draft.house, &letter, summary);
	return finish_alternative(&draft, mail, error);
}

gboolean mail_compose_question(const MailStyle *style, const MailQuestion *question, ComposedMail *mail, GError **error)
{
	const MailRequest letter = {
		.recipient = question->recipient,
		.calendar = question->calendar,
		.now = question->now,
		.message_id = question->message_id,
		.reply_to = question->asker,
	};
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, &letter, "question", error))
		return FALSE;
	draft.context = context_question_new(&draft.house, &letter, question);
	return finish_alternative(&draft, mail, error);
}

/* The structure of PRACTICE.md 1.2: some programs see only the part in the alternative, others only the attachment. */
static gboolean finish_invite(const Draft *draft, const char *calendar, const char *method, ComposedMail *mail, GError **error)
{
	g_autofree char *text = render_text(draft, "message"), *html = render(draft, "message", "html");
	char inner[BOUNDARY_SIZE], outer[BOUNDARY_SIZE];
	boundary_of(draft->request->message_id, "alternative", inner);
	boundary_of(draft->request->message_id, "mixed", outer);
	const MimePart plain_part = {.type = "text", .subtype = "plain", .utf8 = TRUE, .content = text};
	const MimePart html_part = {.type = "text", .subtype = "html", .utf8 = TRUE, .content = html};
	const MimePart event_part = {
		.type = "text", .subtype = "calendar", .utf8 = TRUE, .method = method, .encoding = MIME_BASE64, .content = calendar,
	};
	const MimePart file_part = {
		.type = "application", .subtype = "ics", .attachment = "invite.ics", .encoding = MIME_BASE64, .content = calendar,
	};
	const MimePart *const shown[] = {&plain_part, &html_part, &event_part, NULL};
	const MimePart alternative = {.type = "multipart", .subtype = "alternative", .boundary = inner, .children = shown};
	const MimePart *const all[] = {&alternative, &file_part, NULL};
	const MimePart body = {.type = "multipart", .subtype = "mixed", .boundary = outer, .children = all};
	return draft_finish(draft, &body, mail, error) && keep_parts(g_steal_pointer(&text), g_steal_pointer(&html), mail);
}

gboolean mail_compose_invite(const MailStyle *style, const MailRequest *request, const IcsEvent *event, ComposedMail *mail, GError **error)
{
	g_return_val_if_fail(request->n_items > 0, FALSE);
	const gboolean asks = event->method == ICS_REQUEST;
	g_auto(Draft) draft = {0};
	if (!draft_start(&draft, style, request, !asks ? "cancel" : request->updates ? "update" : "request", error))
		return FALSE;
	draft.house.logo = NULL; /* a part more would be one more that programs may take for the invitation */
	draft.context = context_new(&draft.house, request, asks ? CONTEXT_REQUEST : CONTEXT_CANCEL);
	if (g_ascii_strcasecmp(draft.to, style->from_address) == 0) {
		error_set(error, ERROR_PERMANENT, "%s: an invite to the address it comes from", draft.to);
		return FALSE;
	}
	g_autofree char *summary = render_line(&draft, "summary"), *description = render_text(&draft, "description");
	g_autofree char *url = context_page(style->public_url, request);
	g_autofree char *name = display_name(request);
	IcsEvent complete = *event;
	complete.organizer_name = style->from_name;
	complete.organizer_address = style->from_address;
	complete.attendee_name = name;
	complete.attendee_address = draft.to;
	complete.summary = event->summary != NULL ? event->summary : summary;
	complete.description = event->description != NULL ? event->description : description;
	complete.url = event->url != NULL ? event->url : url;
	g_autofree char *calendar = ics_event_format(&complete, error);
	return calendar != NULL && finish_invite(&draft, calendar, asks ? "REQUEST" : "CANCEL", mail, error);
}
