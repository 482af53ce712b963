/* libconfig's door. libconfig 1.5 wraps integers beyond 32 bits, looks settings up by type so that a wrong type seems absent,
 * includes files relative to the working directory and reports a missing file without its name (PRACTICE 8.4). So the text is
 * scanned first, the file is read here, and what libconfig parsed is copied into a tree whose numbers come from the literals as
 * written. */
#include "config/file.h"

#include "base/error.h"
#include "config/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UTF8_BOM "\xEF\xBB\xBF"

typedef struct {
	GPtrArray *literals; /* of NumberLiteral, in the order of the text, which is that of the tree */
	guint next_literal;
	const char *origin;
	Problems *problems;
	gboolean failed;
} Copy;

void conf_free(ConfNode *node)
{
	if (!node)
		return;
	g_free(node->name);
	g_free(node->path);
	g_free(node->text);
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node);
}

static void complain(Copy *copy, const ConfNode *node, const char *wanted)
{
	problems_add(copy->problems, TRUE, copy->origin, node->line, node->path, node->text, "%s", wanted);
	copy->failed = TRUE;
}

/* The digits before the suffix L or LL, in the base that the prefix says. */
static gboolean literal_to_integer(const char *literal, gint64 *integer)
{
	g_autofree char *digits = g_strdup(literal);
	for (gsize length = strlen(digits); length > 0 && digits[length - 1] == 'L'; length--)
		digits[length - 1] = '\0';
	if (!g_ascii_strncasecmp(digits, "0x", 2)) {
		guint64 value;
		if (!g_ascii_string_to_unsigned(digits + 2, 16, 0, G_MAXINT64, &value, NULL))
			return FALSE;
		*integer = (gint64)value;
		return TRUE;
	}
	return g_ascii_string_to_signed(digits, 10, G_MININT64, G_MAXINT64, integer, NULL);
}

static void copy_number(Copy *copy, ConfNode *node)
{
	if (copy->next_literal >= copy->literals->len) {
		complain(copy, node, "a number");
		return;
	}
	const NumberLiteral *literal = g_ptr_array_index(copy->literals, copy->next_literal++);
	node->text = g_strdup(literal->text);
	if (node->type == CONF_INTEGER && !literal_to_integer(literal->text, &node->integer))
		complain(copy, node, "a number that fits 64 bits");
}

static gboolean is_clean(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL))
		return FALSE;
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return FALSE;
	return TRUE;
}

static void copy_text(Copy *copy, ConfNode *node, const config_setting_t *setting)
{
	const char *text = config_setting_get_string(setting);
	node->text = g_strdup(text ? text : "");
	if (!is_clean(node->text))
		complain(copy, node, "UTF-8 without control characters");
}

static ConfNode *copy_setting(Copy *copy, const ConfNode *parent, const config_setting_t *setting);

static void copy_children(Copy *copy, ConfNode *node, const config_setting_t *setting)
{
	node->text = g_strdup(node->type == CONF_GROUP ? "{ … }" : config_setting_is_list(setting) ? "( … )" : "[ … ]");
	node->children = g_ptr_array_new_with_free_func((GDestroyNotify)conf_free);
	const int length = config_setting_length(setting);
	for (int i = 0; i < length; i++)
		g_ptr_array_add(node->children, copy_setting(copy, node, config_setting_get_elem(setting, (unsigned int)i)));
}

static ConfType type_of(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_GROUP:
		return CONF_GROUP;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CONF_INTEGER;
	case CONFIG_TYPE_FLOAT:
		return CONF_FLOAT;
	case CONFIG_TYPE_BOOL:
		return CONF_BOOLEAN;
	case CONFIG_TYPE_STRING:
		return CONF_TEXT;
	default:
		return CONF_LIST;
	}
}

static char *path_below(const ConfNode *parent, const char *name)
{
	if (!parent)
		return g_strdup("");
	if (!name)
		return g_strdup_printf("%s[%u]", parent->path, parent->children->len);
	return *parent->path ? g_strdup_printf("%s.%s", parent->path, name) : g_strdup(name);
}

static ConfNode *copy_setting(Copy *copy, const ConfNode *parent, const config_setting_t *setting)
{
	ConfNode *node = g_new0(ConfNode, 1);
	node->type = type_of(setting);
	node->name = g_strdup(config_setting_name(setting));
	node->path = path_below(parent, node->name);
	node->line = config_setting_source_line(setting);
	switch (node->type) {
	case CONF_GROUP:
	case CONF_LIST:
		copy_children(copy, node, setting);
		break;
	case CONF_TEXT:
		copy_text(copy, node, setting);
		break;
	case CONF_INTEGER:
	case CONF_FLOAT:
		copy_number(copy, node);
		break;
	case CONF_BOOLEAN:
		node->boolean = config_setting_get_bool(setting);
		node->text = g_strdup(node->boolean ? "true" : "false");
		break;
	}
	return node;
}

static char *line_text(const char *text, int line)
{
	for (int i = 1; i < line && text; i++) {
		text = strchr(text, '\n');
		text += text ? 1 : 0;
	}
	return text ? g_strstrip(g_strndup(text, strcspn(text, "\n"))) : NULL;
}

static void report_syntax(const config_t *config, const char *text, const char *origin, Problems *problems)
{
	const char *cause = config_error_text(config);
	g_autofree char *found = line_text(text, config_error_line(config));
	const char *wanted = "settings of the form name = value; (the mistake may also stand at the end of the line before)";
	if (strstr(cause, "duplicate"))
		wanted = "each name once: one that stands on this line was given before";
	else if (strstr(cause, "mismatched"))
		wanted = "values of one type inside [ ]";
	problems_add(problems, TRUE, origin, (guint)config_error_line(config), NULL, found, "%s", wanted);
}

static ConfNode *parse_scanned(const char *text, GPtrArray *literals, const char *origin, Problems *problems)
{
	config_t config;
	config_init(&config);
	ConfNode *root = NULL;
	if (config_read_string(&config, text)) {
		Copy copy = {.literals = literals, .origin = origin, .problems = problems};
		root = copy_setting(&copy, NULL, config_root_setting(&config));
		if (copy.next_literal != literals->len)
			complain(&copy, root, "numbers of plain digits");
		root->line = 0; /* what is missing at the outermost level is missing in the whole file */
		if (copy.failed)
			g_clear_pointer(&root, conf_free);
	} else {
		report_syntax(&config, text, origin, problems);
	}
	config_destroy(&config);
	return root;
}

ConfNode *conf_parse(const char *text, gsize length, const char *origin, Problems *problems)
{
	if (length > CONF_SIZE_MAX) {
		problems_add(problems, TRUE, origin, 0, NULL, NULL, "a file of at most 1 MiB");
		return NULL;
	}
	const gsize mark = length >= strlen(UTF8_BOM) && !memcmp(text, UTF8_BOM, strlen(UTF8_BOM)) ? strlen(UTF8_BOM) : 0;
	g_autoptr(GPtrArray) literals = scan_source(text + mark, length - mark, origin, problems);
	if (!literals)
		return NULL;
	/* libconfig takes a comment only where a line break ends it */
	g_autofree char *copy = g_strdup_printf("%.*s\n", (int)(length - mark), text + mark);
	return parse_scanned(copy, literals, origin, problems);
}

static gboolean read_all(int fd, GByteArray *bytes, gsize size_max)
{
	guint8 buffer[16384];
	for (;;) {
		const ssize_t got = read(fd, buffer, sizeof buffer);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		g_byte_array_append(bytes, buffer, (guint)got);
		if (bytes->len > size_max) {
			errno = EFBIG;
			return FALSE;
		}
	}
}

static ErrorKind kind_of_errno(int cause)
{
	switch (cause) {
	case ENOENT:
	case ENOTDIR:
		return ERROR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERROR_FORBIDDEN;
	default:
		return ERROR_INVALID;
	}
}

GBytes *conf_read_bytes(const char *path, gsize size_max, GError **error)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for its writer */
	if (fd < 0) {
		error_set(error, kind_of_errno(errno), "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	struct stat status;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gboolean ok = FALSE;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		error_set(error, ERROR_INVALID, "%s: not a regular file", path);
	} else {
		ok = read_all(fd, bytes, size_max);
		if (!ok)
			error_set(error, kind_of_errno(errno), "%s: %s", path, g_strerror(errno));
	}
	close(fd);
	return ok ? g_byte_array_free_to_bytes(g_steal_pointer(&bytes)) : NULL;
}

const ConfNode *conf_get(const ConfNode *group, const char *name)
{
	for (guint i = 0; group && group->type == CONF_GROUP && i < group->children->len; i++) {
		const ConfNode *child = g_ptr_array_index(group->children, i);
		if (!strcmp(child->name, name))
			return child;
	}
	return NULL;
}

guint conf_length(const ConfNode *list)
{
	return list && list->type == CONF_LIST ? list->children->len : 0;
}

const ConfNode *conf_at(const ConfNode *list, guint index)
{
	return g_ptr_array_index(list->children, index);
}
