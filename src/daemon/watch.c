/* One inotify descriptor for all folders; what the events say is not read: the folders are. */
#include "daemon/watch.h"

#include "base/error.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

struct Watch {
	int descriptor;
	guint source;
	WatchNotice notice;
	gpointer user_data;
};

static gboolean on_events(gint descriptor, GIOCondition condition, gpointer user_data)
{
	(void)condition;
	Watch *watch = user_data;
	char events[4096];
	while (read(descriptor, events, sizeof events) > 0)
		continue;
	watch->notice(watch->user_data);
	return G_SOURCE_CONTINUE;
}

static gboolean add_folders(const Watch *watch, const GPtrArray *folders, GError **error)
{
	for (guint i = 0; folders && i < folders->len; i++) {
		const char *folder = folders->pdata[i];
		if (inotify_add_watch(watch->descriptor, folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) >= 0)
			continue;
		error_set(error, errno == EACCES ? ERROR_FORBIDDEN : ERROR_NOT_FOUND, "intake folder %s cannot be watched: %s", folder, g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

Watch *watch_new(const GPtrArray *folders, WatchNotice notice, gpointer user_data, GError **error)
{
	Watch *watch = g_new0(Watch, 1);
	watch->notice = notice;
	watch->user_data = user_data;
	watch->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->descriptor < 0)
		error_set(error, ERROR_TRANSIENT, "intake folders cannot be watched: %s", g_strerror(errno));
	if (watch->descriptor < 0 || !add_folders(watch, folders, error)) {
		watch_free(watch);
		return NULL;
	}
	watch->source = g_unix_fd_add(watch->descriptor, G_IO_IN, on_events, watch);
	return watch;
}

void watch_free(Watch *watch)
{
	if (watch->source)
		g_source_remove(watch->source);
	if (watch->descriptor >= 0)
		close(watch->descriptor);
	g_free(watch);
}
