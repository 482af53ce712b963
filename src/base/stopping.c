/* Signals are sources of a context of its own, which is looked at only when it is asked. */
#include "base/stopping.h"

#include <glib-unix.h>
#include <signal.h>

struct Stopping {
	GMainContext *context;
	GSource *sources[2];
	gboolean is_asked;
};

/* No signal is kept from what it does any more, once nobody has the sources. */
static void listen_no_more(Stopping *stopping)
{
	for (gsize i = 0; i < G_N_ELEMENTS(stopping->sources); i++) {
		if (stopping->sources[i] == NULL)
			continue;
		g_source_destroy(stopping->sources[i]);
		g_clear_pointer(&stopping->sources[i], g_source_unref);
	}
}

static gboolean note(gpointer user_data)
{
	Stopping *stopping = user_data;
	stopping->is_asked = TRUE;
	listen_no_more(stopping);
	return G_SOURCE_REMOVE;
}

static GSource *listen_for(Stopping *stopping, int signal_number)
{
	GSource *source = g_unix_signal_source_new(signal_number);
	g_source_set_callback(source, note, stopping, NULL);
	g_source_attach(source, stopping->context);
	return source;
}

Stopping *stopping_new(void)
{
	Stopping *stopping = g_new0(Stopping, 1);
	stopping->context = g_main_context_new();
	stopping->sources[0] = listen_for(stopping, SIGTERM);
	stopping->sources[1] = listen_for(stopping, SIGINT);
	return stopping;
}

void stopping_free(Stopping *stopping)
{
	if (stopping == NULL)
		return;
	listen_no_more(stopping);
	g_main_context_unref(stopping->context);
	g_free(stopping);
}

gboolean stopping_is_asked(Stopping *stopping)
{
	while (g_main_context_iteration(stopping->context, FALSE))
		continue;
	return stopping->is_asked;
}
