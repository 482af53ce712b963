/* Invariant: a mail is moved only once it was taken in, and never overwrites another. Who dies before finds it in new/ again, and in the record. */
#include "inbound/maildrop.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP (64 * 1024)

/* Always FALSE. */
static gboolean fail(GError **error, int code, const char *attempt, const char *path)
{
	g_autofree char *shown = text_clean_line(path);
	const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ERROR_NOT_FOUND : code == EACCES || code == EPERM ? ERROR_FORBIDDEN : ERROR_TRANSIENT;
	error_set(error, kind, "%s: %s: %s", shown, attempt, g_strerror(code));
	return FALSE;
}

gboolean maildrop_is_there(const char *maildir)
{
	g_autofree char *fresh = g_build_filename(maildir, "new", NULL), *seen = g_build_filename(maildir, "cur", NULL);
	return g_file_test(fresh, G_FILE_TEST_IS_DIR) && g_file_test(seen, G_FILE_TEST_IS_DIR);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *maildrop_new_mails(const char *maildir, guint limit, GError **error)
{
	g_autofree char *folder = g_build_filename(maildir, "new", NULL);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GDir) entries = g_dir_open(folder, 0, &failure);
	if (entries == NULL) {
		g_autofree char *shown = text_clean_line(folder);
		error_set(error, ERROR_NOT_FOUND, "%s: %s", shown, failure->message);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(entries)) != NULL;)
		if (name[0] != '.')
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, compare_names);
	g_ptr_array_set_size(paths, (gint)MIN(paths->len, limit));
	return paths;
}

static gboolean read_all(int file, const char *path, gsize limit, GByteArray *bytes, GError **error)
{
	while (bytes->len < limit) {
		const guint before = bytes->len;
		const gsize step = MIN(READ_STEP, limit - before);
		g_byte_array_set_size(bytes, before + (guint)step);
		const ssize_t count = read(file, bytes->data + before, step);
		g_byte_array_set_size(bytes, before + (count > 0 ? (guint)count : 0));
		if (count < 0 && errno != EINTR)
			return fail(error, errno, "cannot read it", path);
		if (count == 0)
			break;
	}
	return TRUE;
}

GBytes *maildrop_read(const char *path, gsize limit, GError **error)
{
	struct stat status;
	const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (file < 0 && errno != ELOOP) {
		fail(error, errno, "cannot open it", path);
		return NULL;
	}
	if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
		g_autofree char *shown = text_clean_line(path);
		error_set(error, ERROR_INVALID, "%s: no regular file", shown);
		if (file >= 0)
			close(file);
		return NULL;
	}
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const gboolean ok = read_all(file, path, limit, bytes, error);
	close(file);
	return ok ? g_byte_array_free_to_bytes(g_steal_pointer(&bytes)) : NULL;
}

/* The name without the flags that it may have: "1796.M1.host" of "1796.M1.host:2,". Owned by the caller. */
static char *seen_path(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path), *maildir = g_path_get_dirname(folder), *name = g_path_get_basename(path);
	char *flags = strstr(name, ":2,");
	if (flags != NULL)
		*flags = '\0';
	g_autofree char *seen = g_strconcat(name, ":2,S", NULL);
	return g_build_filename(maildir, "cur", seen, NULL);
}

gboolean maildrop_done(const char *path, GError **error)
{
	g_autofree char *target = seen_path(path);
	if (renameat2(AT_FDCWD, path, AT_FDCWD, target, RENAME_NOREPLACE) == 0 || errno == ENOENT)
		return TRUE;
	if (errno != EEXIST)
		return fail(error, errno, "cannot move it to cur", path);
	g_autofree char *other = g_strdup_printf("%s.%s", path, "again");
	g_autofree char *second = seen_path(other);
	return renameat2(AT_FDCWD, path, AT_FDCWD, second, RENAME_NOREPLACE) == 0 || errno == ENOENT || fail(error, errno, "cannot move it to cur", path);
}
