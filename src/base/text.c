/* Text hygiene. Every function takes bytes of any origin: what is not UTF-8 becomes U+FFFD before anything else looks
 * at it, so none of them can run over an end or hand on what a mail header or a terminal would stumble over. */
#include "base/text.h"

#include <string.h>

#define LOCAL_PART_MAX 64 /* RFC 5321, 4.5.3.1.1 */
#define ADDRESS_MAX 254   /* a path of 256 without its <> (4.5.3.1.3) */
#define LABEL_MAX 63      /* RFC 1035, 2.3.4 */

static char *make_valid(const char *text)
{
	return g_utf8_make_valid(text ? text : "", -1);
}

static gboolean is_xml_space(gunichar c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static gboolean is_bidi_control(gunichar c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

gboolean text_is_plain(const char *text)
{
	for (; *text; text++)
		if ((guchar)*text < 0x20 || (guchar)*text >= 0x7f)
			return FALSE;
	return TRUE;
}

/* Plain, and without a blank too many. */
static gboolean is_clean_line(const char *text)
{
	return text_is_plain(text) && *text != ' ' && !strstr(text, "  ") && !g_str_has_suffix(text, " ");
}

static void append_clean_line(GString *clean, const char *text, const char *end)
{
	const gsize start = clean->len;
	gboolean blank_pending = FALSE;
	for (const char *p = text; p < end; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (is_xml_space(c)) {
			blank_pending = TRUE;
			continue;
		}
		if (g_unichar_iscntrl(c) || is_bidi_control(c))
			continue;
		if (blank_pending && clean->len > start)
			g_string_append_c(clean, ' ');
		blank_pending = FALSE;
		g_string_append_unichar(clean, c);
	}
}

char *text_clean_line(const char *text)
{
	if (text && is_clean_line(text))
		return g_strdup(text);
	g_autofree char *valid = make_valid(text);
	GString *clean = g_string_new(NULL);
	append_clean_line(clean, valid, valid + strlen(valid));
	return g_string_free(clean, FALSE);
}

char *text_clean_lines(const char *text)
{
	g_autofree char *valid = make_valid(text);
	GString *clean = g_string_new(NULL);
	const char *line = valid;
	for (;;) {
		const gsize length = strcspn(line, "\r\n");
		append_clean_line(clean, line, line + length);
		line += length;
		if (*line == '\0')
			return g_string_free(clean, FALSE);
		line += g_str_has_prefix(line, "\r\n") ? 2 : 1;
		g_string_append_c(clean, '\n');
	}
}

char *text_clean_or_null(const char *text)
{
	char *clean = text_clean_line(text);
	if (*clean == '\0')
		g_clear_pointer(&clean, g_free);
	return clean;
}

/* Casefolded, composed, as code points ended by 0. */
static gunichar *fold(const char *text)
{
	g_autofree char *valid = make_valid(text);
	g_autofree char *folded = g_utf8_casefold(valid, -1);
	g_autofree char *composed = g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
	return g_utf8_to_ucs4_fast(composed, -1, NULL);
}

/* The end of the class that opens at `pattern` (its ']'), or NULL where it never ends: then '[' stands for itself. */
static const gunichar *class_end(const gunichar *pattern)
{
	const gunichar *p = pattern + 1;
	if (*p == '!')
		p++;
	if (*p == ']') /* first in its class it is a member */
		p++;
	while (*p != 0 && *p != ']')
		p++;
	return *p == ']' ? p : NULL;
}

static gboolean class_holds(const gunichar *pattern, const gunichar *end, gunichar c)
{
	const gunichar *p = pattern + 1;
	const gboolean negated = *p == '!';
	gboolean found = FALSE;
	for (p += negated; p < end; p++) {
		const gboolean is_range = p[1] == '-' && p + 2 < end;
		const gunichar last = is_range ? p[2] : *p;
		if (c >= *p && c <= last)
			found = TRUE;
		if (is_range)
			p += 2;
	}
	return found != negated;
}

/* Matches one element of the pattern (not '*') with one character; returns what follows the element, or NULL. */
static const gunichar *match_one(const gunichar *pattern, gunichar c)
{
	const gunichar *end = *pattern == '[' ? class_end(pattern) : NULL;
	if (end)
		return class_holds(pattern, end, c) ? end + 1 : NULL;
	return *pattern == '?' || *pattern == c ? pattern + 1 : NULL;
}

/* Only the last '*' is ever widened: where the part before it has matched, an earlier one cannot help. So the
 * work is at most the product of the lengths, whatever the pattern. */
gboolean text_matches(const char *pattern, const char *text)
{
	g_autofree gunichar *folded_pattern = fold(pattern);
	g_autofree gunichar *folded_text = fold(text);
	const gunichar *p = folded_pattern, *t = folded_text;
	const gunichar *after_star = NULL, *star_text = NULL;
	while (*t != 0) {
		if (*p == '*') {
			after_star = ++p;
			star_text = t;
			continue;
		}
		const gunichar *next = *p != 0 ? match_one(p, *t) : NULL;
		if (next) {
			p = next;
			t++;
		} else if (after_star) {
			p = after_star;
			t = ++star_text;
		} else {
			return FALSE;
		}
	}
	while (*p == '*')
		p++;
	return *p == 0;
}

/* The end of the element of a pattern that begins there. */
static const gunichar *element_end(const gunichar *pattern)
{
	const gunichar *end = *pattern == '[' ? class_end(pattern) : NULL;
	return end ? end + 1 : pattern + 1;
}

/* Of two elements, neither a '*'. */
static gboolean element_covers(const gunichar *wider, const gunichar *pattern)
{
	const gsize length = (gsize)(element_end(pattern) - pattern);
	if (*wider == '?')
		return TRUE;
	if (length == 1 && *pattern != '?')
		return match_one(wider, *pattern) != NULL;
	return (gsize)(element_end(wider) - wider) == length && !memcmp(wider, pattern, length * sizeof *pattern);
}

static GPtrArray *elements_of(const gunichar *pattern)
{
	GPtrArray *elements = g_ptr_array_new();
	for (; *pattern; pattern = element_end(pattern))
		g_ptr_array_add(elements, (gpointer)pattern);
	return elements;
}

/* From the end: row[j] says whether what is left of `wider` covers what is left of the pattern from its element j. A '*' of the pattern is covered by a '*' alone. */
gboolean text_pattern_covers(const char *wider, const char *pattern)
{
	g_autofree gunichar *folded_wider = fold(wider), *folded_pattern = fold(pattern);
	g_autoptr(GPtrArray) outer = elements_of(folded_wider);
	g_autoptr(GPtrArray) inner = elements_of(folded_pattern);
	g_autofree gboolean *row = g_new0(gboolean, inner->len + 1);
	row[inner->len] = TRUE;
	for (guint i = outer->len; i > 0; i--) {
		const gunichar *element = g_ptr_array_index(outer, i - 1);
		gboolean diagonal = row[inner->len];
		row[inner->len] = *element == '*' && diagonal;
		for (guint j = inner->len; j > 0; j--) {
			const gunichar *own = g_ptr_array_index(inner, j - 1);
			const gboolean above = row[j - 1];
			row[j - 1] = *element == '*' ? above || row[j] : *own != '*' && diagonal && element_covers(element, own);
			diagonal = above;
		}
	}
	return row[0];
}

/* What the general way below comes to where all is ASCII. */
static char *plain_key(const char *text)
{
	char *key = g_malloc(strlen(text) + 1), *end = key;
	for (; *text; text++)
		if (g_ascii_isalnum(*text))
			*end++ = g_ascii_tolower(*text);
	*end = '\0';
	return key;
}

char *text_key(const char *text)
{
	if (text && text_is_plain(text))
		return plain_key(text);
	g_autofree char *valid = make_valid(text);
	g_autofree char *compatible = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = g_utf8_casefold(compatible, -1);
	g_autofree char *composed = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC); /* folding may take characters apart */
	GString *key = g_string_new(NULL);
	for (const char *p = composed; *p; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (g_unichar_isalnum(c))
			g_string_append_unichar(key, c);
	}
	return g_string_free(key, FALSE);
}

/* Insertions, deletions, replacements and swaps of neighbours that lead from a to b. */
static glong edit_distance(const gunichar *a, glong a_length, const gunichar *b, glong b_length)
{
	const glong width = b_length + 1;
	g_autofree glong *cost = g_new(glong, (gsize)((a_length + 1) * width));
	for (glong j = 0; j <= b_length; j++)
		cost[j] = j;
	for (glong i = 1; i <= a_length; i++) {
		glong *row = cost + i * width;
		row[0] = i;
		for (glong j = 1; j <= b_length; j++) {
			glong best = MIN(row[j - 1], row[j - width]) + 1;
			best = MIN(best, row[j - 1 - width] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, row[j - 2 - 2 * width] + 1);
			row[j] = best;
		}
	}
	return cost[a_length * width + b_length];
}

const char *text_nearest(const char *word, const char *const *candidates)
{
	g_autofree char *valid = make_valid(word);
	glong length;
	g_autofree gunichar *letters = g_utf8_to_ucs4_fast(valid, -1, &length);
	const glong limit = MAX(length / 3, 1);
	glong best = limit + 1;
	const char *nearest = NULL;
	for (; *candidates; candidates++) {
		glong candidate_length;
		g_autofree gunichar *candidate = g_utf8_to_ucs4_fast(*candidates, -1, &candidate_length);
		if (ABS(candidate_length - length) > limit) /* cheap, and bounds the work for an endless word */
			continue;
		const glong distance = edit_distance(letters, length, candidate, candidate_length);
		if (distance < best) {
			best = distance;
			nearest = *candidates;
		}
	}
	return nearest;
}

/* dot-atom-text (RFC 5322, 3.2.3): what needs no quoting. */
static gboolean is_local_part(const char *text, gsize length)
{
	gboolean after_dot = TRUE;
	for (gsize i = 0; i < length; i++) {
		if (text[i] == '.' && after_dot)
			return FALSE;
		if (text[i] != '.' && !g_ascii_isalnum(text[i]) && !strchr("!#$%&'*+-/=?^_`{|}~", text[i]))
			return FALSE;
		after_dot = text[i] == '.';
	}
	return length > 0 && length <= LOCAL_PART_MAX && !after_dot;
}

static gboolean is_label(const char *text, gsize length)
{
	if (length == 0 || length > LABEL_MAX || *text == '-' || text[length - 1] == '-')
		return FALSE;
	for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (c != '-' && !g_unichar_isalnum(c) && !g_unichar_ismark(c))
			return FALSE;
	}
	return TRUE;
}

gboolean text_is_mail_address(const char *address)
{
	if (!address || strlen(address) > ADDRESS_MAX || !g_utf8_validate(address, -1, NULL))
		return FALSE;
	const char *at = strchr(address, '@');
	if (!at || !is_local_part(address, (gsize)(at - address)))
		return FALSE;
	const char *label = at + 1;
	for (;;) {
		const gsize length = strcspn(label, ".");
		if (!is_label(label, length))
			return FALSE;
		if (label[length] == '\0')
			return TRUE;
		label += length + 1;
	}
}

gboolean text_is_this_machine(const char *host)
{
	return host && (!strcmp(host, "localhost") || !strcmp(host, "::1") || (g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host)));
}
