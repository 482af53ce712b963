/* The structure of a message: where its headers end and its parts lie. A part is a range of the message within its parent's range, found in one walk over the
 * lines of the parent, so the work is at most MIME_MAX_DEPTH walks over the message. */
#include "codec/mime_read.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/html_text.h"
#include "codec/mime_decode.h"

#include <string.h>

typedef struct {
	char line_end;     /* LF, or CR where there is no LF at all */
	guint parts, depth;
} Reading;

static MimeEntity *entity_read(Reading *reading, MimeSpan span);

void mime_entity_free(MimeEntity *entity)
{
	g_array_unref(entity->fields);
	g_ptr_array_unref(entity->children);
	g_free(entity->type);
	g_free(entity->report_type);
	g_free(entity->method);
	g_free(entity->charset);
	g_free(entity->file_name);
	g_free(entity);
}

static MimeEntity *entity_new(void)
{
	MimeEntity *entity = g_new0(MimeEntity, 1);
	entity->fields = g_array_new(FALSE, FALSE, sizeof(MimeField));
	entity->children = g_ptr_array_new_with_free_func((GDestroyNotify)mime_entity_free);
	entity->type = g_strdup("text/plain");
	return entity;
}

/* Takes the next line off `rest`, without its end; FALSE at the end. */
static gboolean line_take(const Reading *reading, MimeSpan *rest, MimeSpan *line)
{
	if (rest->length == 0)
		return FALSE;
	const char *end = memchr(rest->start, reading->line_end, rest->length);
	line->start = rest->start;
	line->length = end != NULL ? (gsize)(end - rest->start) : rest->length;
	const gsize taken = line->length + (end != NULL);
	rest->start += taken;
	rest->length -= taken;
	if (line->length > 0 && line->start[line->length - 1] == '\r')
		line->length--;
	return TRUE;
}

static gboolean is_blank(MimeSpan line)
{
	for (gsize i = 0; i < line.length; i++)
		if (line.start[i] != ' ' && line.start[i] != '\t')
			return FALSE;
	return TRUE;
}

/* The length of the field name that the line begins with (RFC 5322, 2.2); 0: none. */
static gsize name_length(MimeSpan line)
{
	gsize length = 0;
	while (length < line.length && line.start[length] > ' ' && line.start[length] < 0x7f && line.start[length] != ':')
		length++;
	gsize colon = length;
	while (colon < line.length && (line.start[colon] == ' ' || line.start[colon] == '\t'))
		colon++;
	return colon < line.length && line.start[colon] == ':' ? length : 0;
}

static void field_add(MimeEntity *entity, MimeSpan line, gsize name)
{
	const char *colon = memchr(line.start, ':', line.length);
	const MimeField field = {{line.start, name}, {colon + 1, (gsize)(line.start + line.length - colon - 1)}};
	if (entity->fields->len < MIME_MAX_FIELDS)
		g_array_append_val(entity->fields, field);
}

/* Reads the header off `rest`. It ends at an empty line, which goes with it, or before a line that can be none of it. */
static void header_read(const Reading *reading, MimeEntity *entity, MimeSpan *rest)
{
	MimeSpan line, before = *rest;
	gboolean open = FALSE;
	for (; line_take(reading, rest, &line); before = *rest) {
		const gboolean folded = line.length > 0 && (*line.start == ' ' || *line.start == '\t');
		const gsize name = name_length(line);
		if (line.length == 0 || (is_blank(line) && !open))
			return;
		if (folded && open && entity->fields->len < MIME_MAX_FIELDS) {
			MimeField *last = &g_array_index(entity->fields, MimeField, entity->fields->len - 1);
			last->value.length = (gsize)(line.start + line.length - last->value.start);
		} else if (!folded && name > 0) {
			field_add(entity, line, name);
			open = TRUE;
		} else if (!folded) {
			*rest = before;
			return;
		}
	}
}

static const MimeField *field_find(const MimeEntity *entity, const char *name, guint *from)
{
	const gsize length = strlen(name);
	for (; *from < entity->fields->len; (*from)++) {
		const MimeField *field = &g_array_index(entity->fields, MimeField, *from);
		if (field->name.length == length && g_ascii_strncasecmp(field->name.start, name, length) == 0)
			return field;
	}
	return NULL;
}

/* "--boundary", and what may follow it: "--", blanks. */
static gboolean is_boundary(MimeSpan line, const char *boundary, gsize length, gboolean *last)
{
	if (line.length < length + 2 || line.start[0] != '-' || line.start[1] != '-' || memcmp(line.start + 2, boundary, length) != 0)
		return FALSE;
	MimeSpan after = {line.start + 2 + length, line.length - 2 - length};
	*last = after.length >= 2 && after.start[0] == '-' && after.start[1] == '-';
	return *last || is_blank(after);
}

static void part_add(Reading *reading, MimeEntity *parent, const char *start, const char *end)
{
	MimeEntity *part = reading->parts < MIME_MAX_PARTS ? entity_read(reading, (MimeSpan){start, (gsize)(end - start)}) : NULL;
	if (part != NULL)
		g_ptr_array_add(parent->children, part);
}

/* What stands before the first boundary and after the last is no part. */
static void parts_read(Reading *reading, MimeEntity *entity, const char *boundary)
{
	const gsize length = strlen(boundary);
	MimeSpan rest = entity->body, line;
	const char *start = NULL;
	gboolean last = FALSE;
	while (!last && line_take(reading, &rest, &line)) {
		if (!is_boundary(line, boundary, length, &last))
			continue;
		if (start != NULL)
			part_add(reading, entity, start, line.start);
		start = rest.start;
	}
	if (start != NULL && !last && rest.start > start)
		part_add(reading, entity, start, rest.start);
}

static void inner_read(Reading *reading, MimeEntity *entity, const char *boundary)
{
	if (reading->depth >= MIME_MAX_DEPTH)
		return;
	reading->depth++;
	if (g_str_has_prefix(entity->type, "multipart/") && boundary != NULL && *boundary != '\0')
		parts_read(reading, entity, boundary);
	else if (g_str_equal(entity->type, "message/rfc822") || g_str_equal(entity->type, "message/global"))
		part_add(reading, entity, entity->body.start, entity->body.start + entity->body.length);
	reading->depth--;
}

/* What says of itself that it has parts, and has none. */
static void leaf_settle(MimeEntity *entity)
{
	if (entity->children->len > 0 || !g_str_has_prefix(entity->type, "multipart/"))
		return;
	g_free(entity->type);
	entity->type = g_strdup("text/plain");
}

static MimeEntity *entity_read(Reading *reading, MimeSpan span)
{
	MimeEntity *entity = entity_new();
	g_autofree char *boundary = NULL;
	guint type = 0, disposition = 0;
	reading->parts++;
	header_read(reading, entity, &span);
	entity->body = span;
	if (field_find(entity, "Content-Type", &type) != NULL)
		mime_decode_type(g_array_index(entity->fields, MimeField, type).value, entity, &boundary);
	if (field_find(entity, "Content-Disposition", &disposition) != NULL) {
		char *name = mime_decode_file_name(g_array_index(entity->fields, MimeField, disposition).value);
		if (name != NULL) {
			g_free(entity->file_name);
			entity->file_name = name;
		}
	}
	inner_read(reading, entity, boundary);
	leaf_settle(entity);
	return entity;
}

/* Past a byte order mark, empty lines, and the line that an mbox or a pipe puts before a mail. */
static void beginning_skip(const Reading *reading, MimeSpan *span)
{
	if (span->length >= 3 && memcmp(span->start, "\357\273\277", 3) == 0)
		*span = (MimeSpan){span->start + 3, span->length - 3};
	MimeSpan line, before = *span;
	while (line_take(reading, span, &line)) {
		const char *word = line.length > 0 && *line.start == '>' ? line.start + 1 : line.start;
		const gsize left = (gsize)(line.start + line.length - word);
		if (!is_blank(line) && !(left >= 5 && memcmp(word, "From ", 5) == 0))
			break;
		before = *span;
	}
	*span = before;
}

MimeEntity *mime_read(const void *bytes, gsize length, GError **error)
{
	Reading reading = {.line_end = length > 0 && memchr(bytes, '\n', length) != NULL ? '\n' : '\r'};
	MimeSpan span = {length > 0 ? bytes : "", length};
	beginning_skip(&reading, &span);
	g_autoptr(MimeEntity) entity = entity_read(&reading, span);
	if (entity->fields->len == 0) {
		error_set(error, ERROR_INVALID, "no mail: it does not begin with a header");
		return NULL;
	}
	return g_steal_pointer(&entity);
}

static char *value_clean(const MimeField *field)
{
	g_autofree char *value = mime_decode_value(field->value);
	return text_clean_line(value);
}

char *mime_field(const MimeEntity *entity, const char *name)
{
	guint i = 0;
	const MimeField *field = field_find(entity, name, &i);
	return field != NULL ? value_clean(field) : NULL;
}

GPtrArray *mime_fields(const MimeEntity *entity, const char *name)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
	const MimeField *field;
	for (guint i = 0; (field = field_find(entity, name, &i)) != NULL; i++)
		g_ptr_array_add(values, value_clean(field));
	return values;
}

GBytes *mime_content(const MimeEntity *leaf)
{
	g_autofree char *encoding = mime_field(leaf, "Content-Transfer-Encoding");
	return g_byte_array_free_to_bytes(mime_decode_body(encoding, leaf->body));
}

static char *lines_clean(const char *text)
{
	GString *clean = g_string_sized_new(strlen(text));
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (c == '\n' || (c == '\r' && p[1] != '\n'))
			g_string_append_c(clean, '\n');
		else if (c == '\t' || !g_unichar_iscntrl(c))
			g_string_append_unichar(clean, c);
	}
	return g_string_free(clean, FALSE);
}

char *mime_text(const MimeEntity *leaf, gsize limit)
{
	g_autofree char *encoding = mime_field(leaf, "Content-Transfer-Encoding");
	const MimeSpan body = {leaf->body.start, MIN(leaf->body.length, 4 * limit)}; /* no encoding makes more of it */
	g_autoptr(GByteArray) content = mime_decode_body(encoding, body);
	g_autofree char *text = mime_decode_charset(leaf->charset, content->data, MIN(content->len, limit));
	g_autofree char *plain = g_str_equal(leaf->type, "text/html") ? html_text(text) : NULL;
	return lines_clean(plain != NULL ? plain : text);
}
