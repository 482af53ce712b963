/* What the service manager is told (sd_notify(3)). Nothing happens where there is none. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <glib.h>

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_status(const char *status);

/* Tells the watchdog that we live, where it is on; the interval is how often it wants to hear, 0 = never. */
void notify_alive(void);
guint notify_watchdog_interval_s(void);

#endif
