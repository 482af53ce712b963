/* Watched folders: what is ready, reading it, putting it aside.
 *
 * Whoever may write into a watched folder may not make us read or write anything elsewhere: no link is followed there, no
 * device or pipe opened, and done/ and failed/ are entered only where they are folders of their own. Nothing is ever
 * overwritten: a rename that would is refused by the kernel, and the next free name tried. */
#include "intake/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "intake/read.h"

#define REASON_SUFFIX ".reason.txt"
#define NAMES_MAX 10000         /* free names tried */
#define CLOCK_STEP_S 3600       /* a file from further in the future was written before the clock was set back */
#define READ_STEP (64u * 1024)

static ErrorKind kind_of_errno(int code)
{
	switch (code) {
	case ENOENT:
	case ENOTDIR:
		return ERROR_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERROR_FORBIDDEN;
	case ELOOP:
	case EISDIR:
		return ERROR_INVALID;
	default:
		return ERROR_TRANSIENT;
	}
}

/* Always FALSE. */
static gboolean fail(GError **error, int code, const char *attempt, const char *path)
{
	g_autofree char *shown = text_clean_line(path);

	error_set(error, kind_of_errno(code), "%s: %s: %s", shown, attempt, g_strerror(code));
	return FALSE;
}

static void close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}
#define autoclose __attribute__((cleanup(close_descriptor))) int

static void close_folder(DIR **folder)
{
	if (*folder != NULL)
		closedir(*folder);
}
#define autoclosedir __attribute__((cleanup(close_folder))) DIR

static int compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* --- what there is --- */

static gboolean is_unfinished(const char *name)
{
	static const char *const suffixes[] = { ".part", ".partial", ".filepart", ".tmp" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		const gsize length = strlen(suffixes[i]);
		if (strlen(name) >= length && g_ascii_strcasecmp(name + strlen(name) - length, suffixes[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The change time, since writing, renaming and making all set it and nobody can set it back. */
static gboolean is_settled(const struct stat *status, gint64 now, gint64 settle_s)
{
	const gint64 age = now - status->st_ctim.tv_sec;

	return age >= settle_s || age < -CLOCK_STEP_S;
}

GPtrArray *folder_ready(const char *folder, gint64 now, gint64 settle_s, GError **error)
{
	autoclosedir *entries = opendir(folder);
	const struct dirent *entry;
	struct stat status;

	if (entries == NULL) {
		fail(error, errno, "cannot list the folder", folder);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	while ((entry = readdir(entries)) != NULL) {
		if (entry->d_name[0] == '.' || is_unfinished(entry->d_name))
			continue;
		if (fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(status.st_mode))
			continue; /* gone already, or not ours */
		if (is_settled(&status, now, settle_s))
			g_ptr_array_add(paths, g_build_filename(folder, entry->d_name, NULL));
	}
	g_ptr_array_sort(paths, compare_paths);
	return paths;
}

static gboolean is_passed_over(const char *name)
{
	return name[0] == '.' || g_str_has_suffix(name, REASON_SUFFIX) || strcmp(name, "done") == 0 || strcmp(name, "failed") == 0;
}

GPtrArray *folder_folders(const char *folder, GError **error)
{
	autoclosedir *entries = opendir(folder);
	const struct dirent *entry;
	struct stat status;

	if (entries == NULL) {
		fail(error, errno, "cannot list the folder", folder);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	while ((entry = readdir(entries)) != NULL)
		if (!is_passed_over(entry->d_name) && fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
			g_ptr_array_add(paths, g_build_filename(folder, entry->d_name, NULL));
	g_ptr_array_sort(paths, compare_paths);
	return paths;
}

static gboolean collect(const char *folder, GPtrArray *paths, GError **error)
{
	autoclosedir *entries = opendir(folder);
	const struct dirent *entry;
	struct stat status, target;

	if (entries == NULL)
		return fail(error, errno, "cannot list the folder", folder);
	while ((entry = readdir(entries)) != NULL) {
		if (is_passed_over(entry->d_name) || fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		g_autofree char *path = g_build_filename(folder, entry->d_name, NULL);
		if (S_ISDIR(status.st_mode)) {
			if (!collect(path, paths, error))
				return FALSE;
		} else if (stat(path, &target) == 0 && S_ISREG(target.st_mode)) {
			g_ptr_array_add(paths, g_steal_pointer(&path));
		}
	}
	return TRUE;
}

GPtrArray *folder_files(const char *path, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	struct stat status;

	if (stat(path, &status) != 0) {
		fail(error, errno, "cannot find it", path);
		return NULL;
	}
	if (!S_ISDIR(status.st_mode))
		g_ptr_array_add(paths, g_strdup(path));
	else if (!collect(path, paths, error))
		return NULL;
	g_ptr_array_sort(paths, compare_paths);
	return g_steal_pointer(&paths);
}

/* --- reading --- */

static gboolean check_regular(const struct stat *status, const char *path, GError **error)
{
	const char *what = "no regular file";

	if (S_ISREG(status->st_mode))
		return TRUE;
	if (S_ISLNK(status->st_mode))
		what = "a symbolic link";
	else if (S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode))
		what = "a pipe or socket";
	else if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
		what = "a device";
	g_autofree char *shown = text_clean_line(path);
	error_set(error, ERROR_INVALID, "%s: %s: only regular files are taken from a watched folder", shown, what);
	return FALSE;
}

/* -1 with an error. Looked at before it is opened, since opening a device can act on it, and again after. */
static int open_to_read(const char *path, gboolean trusted, GError **error)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (trusted ? 0 : O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if ((trusted ? stat : lstat)(path, &status) != 0) {
		fail(error, errno, "cannot find it", path);
		return -1;
	}
	if (!trusted && !check_regular(&status, path, error))
		return -1;
	const int file = open(path, flags);
	if (file < 0)
		fail(error, errno, "cannot open it", path);
	return file;
}

static gboolean refuse_size(const char *path, GError **error)
{
	g_autofree char *shown = text_clean_line(path);

	error_set(error, ERROR_INVALID, "%s: more than %u bytes, the most that is read", shown, INTAKE_MAX_BYTES);
	return FALSE;
}

/* `size` is what the file claims to have: room for one byte more shows its end without another step. */
static gboolean read_all(int file, const char *path, gsize size, GByteArray *bytes, GError **error)
{
	guint room = (guint)size + 1;

	for (;;) {
		const guint before = bytes->len;
		room = before == room ? room + READ_STEP : room;
		g_byte_array_set_size(bytes, room);
		const ssize_t count = read(file, bytes->data + before, room - before);
		g_byte_array_set_size(bytes, before + (count > 0 ? (guint)count : 0));
		if (count == 0)
			return TRUE;
		if (count < 0 && errno != EINTR)
			return fail(error, errno, "cannot read it", path);
		if (bytes->len > INTAKE_MAX_BYTES)
			return refuse_size(path, error);
	}
}

static gboolean is_unchanged(const struct stat *before, const struct stat *after)
{
	return before->st_size == after->st_size && before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
	       before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

GBytes *folder_read(const char *path, gboolean trusted, GError **error)
{
	autoclose file = open_to_read(path, trusted, error);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct stat before, after;

	if (file < 0)
		return NULL;
	if (fstat(file, &before) != 0) {
		fail(error, errno, "cannot look at it", path);
		return NULL;
	}
	if (!trusted && !check_regular(&before, path, error))
		return NULL;
	if (before.st_size > INTAKE_MAX_BYTES) {
		refuse_size(path, error);
		return NULL;
	}
	if (!read_all(file, path, (gsize)before.st_size, bytes, error))
		return NULL;
	if (S_ISREG(before.st_mode) && (fstat(file, &after) != 0 || !is_unchanged(&before, &after))) {
		g_autofree char *shown = text_clean_line(path);
		error_set(error, ERROR_TRANSIENT, "%s: still being written", shown);
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

struct FolderFile {
	int file;
	char *path;
	struct stat before;
};

FolderFile *folder_file_open(const char *path, gboolean trusted, GError **error)
{
	const int opened = open_to_read(path, trusted, error);
	struct stat before;

	if (opened < 0)
		return NULL;
	FolderFile *file = g_new0(FolderFile, 1);
	file->file = opened;
	file->path = g_strdup(path);
	const gboolean seen = fstat(opened, &before) == 0 || fail(error, errno, "cannot look at it", path);
	if (!seen || (!trusted && !check_regular(&before, path, error)))
		g_clear_pointer(&file, folder_file_close);
	else
		file->before = before;
	return file;
}

void folder_file_close(FolderFile *file)
{
	if (file == NULL)
		return;
	close_descriptor(&file->file);
	g_free(file->path);
	g_free(file);
}

gssize folder_file_read(FolderFile *file, char *buffer, gsize size, GError **error)
{
	struct stat after;
	gssize count;

	do
		count = read(file->file, buffer, size);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		fail(error, errno, "cannot read it", file->path);
	if (count != 0 || !S_ISREG(file->before.st_mode) || (fstat(file->file, &after) == 0 && is_unchanged(&file->before, &after)))
		return count;
	g_autofree char *shown = text_clean_line(file->path);
	error_set(error, ERROR_TRANSIENT, "%s: still being written", shown);
	return -1;
}

/* --- putting aside --- */

/* One file on its way out of a folder. */
typedef struct {
	const char *path;
	char *name;   /* in its folder */
	const char *new_name; /* in the other; NULL = the same */
	int folder;   /* the watched one */
	int target;   /* done/ or failed/ in it */
	const char *reason; /* NULL = none */
} Move;

static void move_clear(Move *move)
{
	g_free(move->name);
	close_descriptor(&move->target);
	close_descriptor(&move->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Move, move_clear)

static gboolean move_open(Move *move, const char *path, const char *target, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);

	move->path = path;
	move->name = g_path_get_basename(path);
	if (move->new_name == NULL)
		move->new_name = move->name;
	move->folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (move->folder < 0)
		return fail(error, errno, "cannot enter its folder", path);
	if (mkdirat(move->folder, target, 0777) != 0 && errno != EEXIST)
		return fail(error, errno, "cannot make the folder to put it in", path);
	move->target = openat(move->folder, target, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (move->target < 0)
		return fail(error, errno, "cannot enter the folder to put it in", path);
	return TRUE;
}

char *folder_short_name(const char *name, gsize room)
{
	const gsize most = NAME_MAX - strlen(REASON_SUFFIX) - room;
	gsize length = MIN(strlen(name), most);

	while (length < strlen(name) && length > 0 && ((guchar)name[length] & 0xC0) == 0x80)
		length--; /* not in the middle of a character */
	return g_strndup(name, length);
}

/* NAME, NAME.2, …, shortened where the reason's name would not fit. Owned by the caller. */
static char *numbered_name(const char *name, guint number)
{
	g_autofree char *suffix = number > 1 ? g_strdup_printf(".%u", number) : g_strdup("");
	g_autofree char *stem = folder_short_name(name, strlen(suffix));

	return g_strconcat(stem, suffix, NULL);
}

/* 1 done, 0 the name is taken, -1 error. */
static int write_reason(const Move *move, const char *name, GError **error)
{
	g_autofree char *file_name = g_strconcat(name, REASON_SUFFIX, NULL);
	g_autofree char *text = g_strconcat(move->reason, "\n", NULL);
	autoclose file = openat(move->target, file_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

	if (file < 0 && errno == EEXIST)
		return 0;
	const ssize_t written = file >= 0 ? write(file, text, strlen(text)) : -1;
	if (written == (ssize_t)strlen(text) && fsync(file) == 0)
		return 1;
	const int code = written >= 0 && (gsize)written < strlen(text) ? ENOSPC : errno;
	if (file >= 0)
		unlinkat(move->target, file_name, 0);
	fail(error, code, "cannot write the reason beside it", move->path);
	return -1;
}

static void forget_reason(const Move *move, const char *name)
{
	g_autofree char *file_name = g_strconcat(name, REASON_SUFFIX, NULL);

	if (move->reason != NULL)
		unlinkat(move->target, file_name, 0);
}

static gboolean exists(int folder, const char *name)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* As write_reason. File systems without a rename that refuses to overwrite (some of FUSE) get a look first. */
static int rename_to(const Move *move, const char *name, GError **error)
{
	int result = renameat2(move->folder, move->name, move->target, name, RENAME_NOREPLACE);

	if (result != 0 && errno == EINVAL && !exists(move->target, name))
		result = renameat(move->folder, move->name, move->target, name);
	else if (result != 0 && errno == EINVAL)
		errno = EEXIST;
	if (result == 0)
		return 1;
	const int code = errno;
	forget_reason(move, name);
	if (code == EEXIST)
		return 0;
	fail(error, code, "cannot move it aside", move->path);
	return -1;
}

/* As write_reason: reason first, so that no file lies in failed/ without one. */
static int try_name(const Move *move, const char *name, GError **error)
{
	if (exists(move->target, name))
		return 0;
	const int written = move->reason != NULL ? write_reason(move, name, error) : 1;

	return written == 1 ? rename_to(move, name, error) : written;
}

static gboolean move_aside(const char *path, const char *new_name, const char *target, const char *reason, GError **error)
{
	g_auto(Move) move = { .new_name = new_name, .folder = -1, .target = -1, .reason = reason };

	if (!move_open(&move, path, target, error))
		return FALSE;
	for (guint number = 1; number <= NAMES_MAX; number++) {
		g_autofree char *name = numbered_name(move.new_name, number);
		const int result = try_name(&move, name, error);
		if (result < 0)
			return FALSE;
		if (result == 0)
			continue;
		if (fsync(move.target) != 0 || fsync(move.folder) != 0)
			return fail(error, errno, "moved aside, but perhaps not durably", path);
		return TRUE;
	}
	return fail(error, EEXIST, "no free name to put it aside", path);
}

gboolean folder_file_done(const char *path, GError **error)
{
	return move_aside(path, NULL, "done", NULL, error);
}

gboolean folder_file_failed(const char *path, const char *reason, GError **error)
{
	return move_aside(path, NULL, "failed", reason, error);
}

gboolean folder_file_failed_as(const char *path, const char *name, const char *reason, GError **error)
{
	return move_aside(path, name, "failed", reason, error);
}
