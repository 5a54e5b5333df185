/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "kad-error.h"

struct _KadRecorder
{
  KadNode *node; /* (owned) */
  char *path;
  int fd; /* -1: it failed */
  KadStreamTopics topics;
  guint watch;
  KadRecorderFailFunc on_fail;
  gpointer user_data;
};

static gboolean
write_all (int fd, const char *data, gsize len)
{
  while (len > 0)
    {
      gssize n = write (fd, data, len);

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        {
          data += n;
          len -= (gsize) n;
        }
    }
  return TRUE;
}

static gboolean
write_line (KadRecorder *self, const char *line, GError **error)
{
  g_autofree char *whole = g_strconcat (line, "\n", NULL);

  if (write_all (self->fd, whole, strlen (whole)))
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot record to %s: %s"), self->path,
               g_strerror (errno));
  return FALSE;
}

/* Takes @line. */
static void
record (KadRecorder *self, char *line)
{
  g_autofree char *owned = line;
  g_autoptr (GError) error = NULL;

  if (self->fd < 0 || write_line (self, owned, &error))
    return;
  close (self->fd);
  self->fd = -1;
  self->on_fail (error, self->user_data);
}

static void
record_event (KadRecorder *self, KadEvent *event)
{
  if ((kad_stream_topic_of_event (event->type) & self->topics) != 0)
    record (self, kad_stream_format_event (event));
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  record_event (user_data, event);
}

static void
on_delivery (KadNode *node, KadDelivery *delivery, guint64 n_lost, gpointer user_data)
{
  KadRecorder *self = user_data;

  if (delivery == NULL)
    {
      record (self, kad_stream_format_lost (g_get_real_time (), n_lost));
      return;
    }
  record_event (self, kad_delivery_get_event (delivery));
  if ((self->topics & KAD_STREAM_TRACE) != 0)
    record (self, kad_stream_format_delivery (delivery));
}

KadRecorder *
kad_recorder_new (KadNode *node, const char *path, KadStreamTopics topics,
                  KadRecorderFailFunc on_fail, gpointer user_data, GError **error)
{
  g_autoptr (KadRecorder) self = g_new0 (KadRecorder, 1);
  g_autofree char *header
      = kad_stream_format_header (kad_node_get_peer_id (node), g_get_real_time (), topics);

  self->node = g_object_ref (node);
  self->path = g_strdup (path);
  self->topics = topics;
  self->on_fail = on_fail;
  self->user_data = user_data;
  self->fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_FAILED, _ ("Cannot record to %s: %s"), path,
                   g_strerror (errno));
      return NULL;
    }
  if (!write_line (self, header, error))
    return NULL;
  if (kad_stream_topics_need_trace (topics))
    self->watch = kad_node_watch_trace (node, on_delivery, self, NULL);
  else
    self->watch = kad_node_watch (node, on_event, self, NULL);
  return g_steal_pointer (&self);
}

void
kad_recorder_free (KadRecorder *self)
{
  if (self->watch != 0 && kad_stream_topics_need_trace (self->topics))
    kad_node_unwatch_trace (self->node, self->watch);
  else if (self->watch != 0)
    kad_node_unwatch (self->node, self->watch);
  if (self->fd >= 0)
    close (self->fd);
  g_object_unref (self->node);
  g_free (self->path);
  g_free (self);
}
