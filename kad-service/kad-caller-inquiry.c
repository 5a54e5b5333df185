/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-caller-inquiry.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "kad-caller-gate.h"
#include "kad-service-names.h"

/*
 * The first call of somebody new waits, and the bus is asked whose process that is. A thread looks
 * at the process; then the bus is asked once more, for each call that waits one question, and each
 * answer is exchanged for a call: that is how a call that has waited gets back to where GDBus hands
 * calls on, in the order in which they came, and nobody ever blocks.
 *
 * The second answer also is the proof that the number of the process was not given to another
 * before we looked: the caller is still connected, so its process was there all the time. (A bus
 * that has ProcessFD proves it by that, too.) A program can leave its connection to a child and
 * end; but the connections of those in sandboxes are their proxy's, which has no children.
 *
 * All that is about a caller is forgotten when the bus says that it left.
 */

#define BUS "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
#define DATA "kad-caller-identity"

typedef enum
{
  SENDER_ASKED,      /* the first question is under way */
  SENDER_PROBED,     /* a thread looks */
  SENDER_CONFIRMING, /* one question for each call that waits is under way, the first confirms */
  SENDER_KNOWN,
} SenderState;

typedef struct
{
  gatomicrefcount refs;
  char *name;
  SenderState state;
  gboolean is_gone;
  guint32 pid, uid;
  int pidfd;
  KadCallerIdentity *identity; /* (nullable) true once it is known */
  GQueue parked;               /* (element-type GDBusMessage) the oldest first */
  guint interest;
} Sender;

struct _KadCallerInquiry
{
  gatomicrefcount refs;
  GDBusConnection *connection; /* outlives us, but for probes, which have a reference */
  GMutex lock;                 /* of what follows */
  GHashTable *senders;         /* name -> Sender (owned) */
  GHashTable *questions;       /* serial -> Sender (owned) */
  GThreadPool *probes;
  guint32 own_question;  /* serial: who are we? */
  gboolean is_elsewhere; /* the bus counts processes otherwise than we do */
};

typedef struct
{
  KadCallerInquiry *inquiry;   /* (owned) */
  GDBusConnection *connection; /* (owned) */
  Sender *sender;              /* (owned) */
} Probe;

/* ---- callers ---- */

static Sender *
sender_ref (Sender *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
sender_unref (gpointer data)
{
  Sender *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->pidfd >= 0)
    close (self->pidfd);
  g_queue_clear_full (&self->parked, g_object_unref);
  g_clear_pointer (&self->identity, kad_caller_identity_unref);
  g_free (self->name);
  g_free (self);
}

static Sender *
sender_new (const char *name)
{
  Sender *self = g_new0 (Sender, 1);

  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  self->pidfd = -1;
  g_queue_init (&self->parked);
  return self;
}

static void
set_identity (Sender *self, KadCallerIdentity *identity)
{
  g_clear_pointer (&self->identity, kad_caller_identity_unref);
  self->identity = identity;
}

void
kad_caller_inquiry_set_identity (GDBusMessage *call, KadCallerIdentity *identity)
{
  g_object_set_data_full (G_OBJECT (call), DATA, kad_caller_identity_ref (identity),
                          (GDestroyNotify) kad_caller_identity_unref);
}

KadCallerIdentity *
kad_caller_inquiry_get_identity (GDBusMessage *call)
{
  return g_object_get_data (G_OBJECT (call), DATA);
}

/* ---- asking; with the lock, so that no answer comes before its question is noted ---- */

/* 0: it cannot be sent */
static guint32
send_to_bus (KadCallerInquiry *self, const char *method, const char *argument, gboolean has_answer)
{
  g_autoptr (GDBusMessage) question = g_dbus_message_new_method_call (BUS, BUS_PATH, BUS, method);
  volatile guint32 serial = 0;

  g_dbus_message_set_body (question, g_variant_new ("(s)", argument));
  if (!has_answer)
    g_dbus_message_set_flags (question, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  if (!g_dbus_connection_send_message (self->connection, question, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                       &serial, NULL))
    return 0;
  return serial;
}

static void
ask (KadCallerInquiry *self, Sender *sender)
{
  guint32 serial = send_to_bus (self, "GetConnectionCredentials", sender->name, TRUE);

  if (serial != 0)
    g_hash_table_insert (self->questions, GUINT_TO_POINTER (serial), sender_ref (sender));
}

static void
follow (KadCallerInquiry *self, const char *method, const char *name)
{
  g_autofree char *rule
      = g_strdup_printf ("type='signal',sender='" BUS "',interface='" BUS
                         "',member='NameOwnerChanged',path='" BUS_PATH "',arg0='%s'",
                         name);

  send_to_bus (self, method, rule, FALSE);
}

static void
probe_free (Probe *self)
{
  sender_unref (self->sender);
  kad_caller_inquiry_unref (self->inquiry);
  g_object_unref (self->connection);
  g_free (self);
}

/* In a thread of its own. */
static void
probe (gpointer data, gpointer user_data)
{
  Probe *self = data;
  KadCallerInquiry *inquiry = self->inquiry;
  Sender *sender = self->sender;
  KadCallerIdentity *identity = kad_caller_identity_new_for_process (
      (pid_t) sender->pid, (uid_t) sender->uid, sender->pidfd);

  g_mutex_lock (&inquiry->lock);
  set_identity (sender, identity);
  sender->state = SENDER_CONFIRMING;
  for (guint i = 0; i < sender->parked.length; i++)
    ask (inquiry, sender);
  g_mutex_unlock (&inquiry->lock);
  probe_free (self);
}

/* ---- answers ---- */

/* What AppArmor says of a Snap was true when it connected, whatever its process is now. */
static gboolean
has_snap_label (GVariant *credentials)
{
  g_autoptr (GVariant) label
      = g_variant_lookup_value (credentials, "LinuxSecurityLabel", G_VARIANT_TYPE_BYTESTRING);

  return label != NULL && g_str_has_prefix (g_variant_get_bytestring (label), "snap.");
}

/* FALSE: it is an error, nothing that tells a process, or known to be none of the host's. */
static gboolean
read_credentials (GDBusMessage *answer, guint32 *pid, guint32 *uid, int *pidfd)
{
  GVariant *body = g_dbus_message_get_body (answer);
  GUnixFDList *fds = g_dbus_message_get_unix_fd_list (answer);
  g_autoptr (GVariant) dict = NULL;
  gint32 handle;

  if (g_dbus_message_get_message_type (answer) != G_DBUS_MESSAGE_TYPE_METHOD_RETURN || body == NULL
      || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(a{sv})")))
    return FALSE;
  dict = g_variant_get_child_value (body, 0);
  if (pidfd != NULL && fds != NULL && g_variant_lookup (dict, "ProcessFD", "h", &handle))
    *pidfd = g_unix_fd_list_get (fds, handle, NULL);
  return !has_snap_label (dict) && g_variant_lookup (dict, "ProcessID", "u", pid)
         && g_variant_lookup (dict, "UnixUserID", "u", uid);
}

/* To the first question. */
static void
begin_probe (KadCallerInquiry *self, Sender *sender, GDBusMessage *answer)
{
  Probe *task;

  if (self->is_elsewhere || !read_credentials (answer, &sender->pid, &sender->uid, &sender->pidfd))
    sender->pid = 0; /* it will be nobody's */
  sender->state = SENDER_PROBED;
  task = g_new0 (Probe, 1);
  task->inquiry = kad_caller_inquiry_ref (self);
  task->connection = g_object_ref (self->connection);
  task->sender = sender_ref (sender);
  /* Whatever is wrong with threads, it is done when there is one. */
  g_thread_pool_push (self->probes, task, NULL);
}

static void
confirm (Sender *sender, GDBusMessage *answer)
{
  guint32 pid = 0, uid = 0;

  if (!read_credentials (answer, &pid, &uid, NULL) || pid != sender->pid || uid != sender->uid)
    set_identity (sender, kad_caller_identity_new_sandboxed (""));
  sender->state = SENDER_KNOWN;
}

static void
see_own (KadCallerInquiry *self, GDBusMessage *answer)
{
  guint32 pid = 0, uid = 0;

  self->own_question = 0;
  self->is_elsewhere = !read_credentials (answer, &pid, &uid, NULL) || (pid_t) pid != getpid ();
  if (self->is_elsewhere)
    g_message ("The bus has other numbers for processes than we have: every caller is taken for "
               "one in a sandbox");
}

/* NULL: it is the answer to a question, and no call waits for it. */
static GDBusMessage *
exchange (KadCallerInquiry *self, Sender *sender, GDBusMessage *answer)
{
  GDBusMessage *call;

  if (sender->is_gone)
    return NULL;
  if (sender->state == SENDER_ASKED)
    {
      begin_probe (self, sender, answer);
      return NULL;
    }
  if (sender->state == SENDER_CONFIRMING)
    confirm (sender, answer);
  call = g_queue_pop_head (&sender->parked);
  if (call != NULL)
    kad_caller_inquiry_set_identity (call, sender->identity);
  return call;
}

static KadInquiryFate
see_answer (KadCallerInquiry *self, GDBusMessage **message)
{
  guint32 serial = g_dbus_message_get_reply_serial (*message);
  GDBusMessage *call = NULL;
  gpointer found = NULL;

  if (g_strcmp0 (g_dbus_message_get_sender (*message), BUS) != 0)
    return KAD_INQUIRY_PASS;
  if (serial != 0 && serial == self->own_question)
    see_own (self, *message);
  else if (g_hash_table_steal_extended (self->questions, GUINT_TO_POINTER (serial), NULL, &found))
    {
      call = exchange (self, found, *message);
      sender_unref (found);
    }
  else
    return KAD_INQUIRY_PASS;
  g_object_unref (*message);
  *message = call;
  return call != NULL ? KAD_INQUIRY_PASS : KAD_INQUIRY_TAKEN;
}

/* ---- calls ---- */

static guint
find_interest (GDBusMessage *call)
{
  const char *path = g_dbus_message_get_path (call);
  const char *interface = g_dbus_message_get_interface (call);
  const char *member = g_dbus_message_get_member (call);

  if (path == NULL || interface == NULL)
    return 0;
  if (g_str_has_prefix (path, KAD_PUBLICATION_PATH)
      || g_str_equal (interface, "org.freedesktop.DBus.ObjectManager")
      || g_str_equal (interface, KAD_BUS_NAME ".Publications")
      || g_strcmp0 (member, "Advertise") == 0)
    return KAD_INTEREST_PUBLICATIONS;
  if (g_str_equal (interface, KAD_BUS_NAME ".Settings"))
    return KAD_INTEREST_SETTINGS;
  if (!g_str_equal (path, KAD_ROOT_PATH))
    return 0;
  /* Who reads properties makes a proxy, perhaps of the settings. */
  return g_str_equal (interface, "org.freedesktop.DBus.Properties")
             ? KAD_INTEREST_NODE | KAD_INTEREST_SETTINGS
             : KAD_INTEREST_NODE;
}

static KadInquiryFate
see_call (KadCallerInquiry *self, GDBusMessage **message)
{
  const char *name = g_dbus_message_get_sender (*message);
  Sender *sender = name != NULL ? g_hash_table_lookup (self->senders, name) : NULL;

  /* No bus lets anybody call without a name. */
  if (name == NULL)
    return KAD_INQUIRY_PASS;
  if (sender == NULL)
    {
      sender = sender_new (name);
      g_hash_table_insert (self->senders, sender->name, sender);
      follow (self, "AddMatch", name);
      ask (self, sender);
    }
  sender->interest |= find_interest (*message);
  if (sender->state == SENDER_KNOWN && sender->parked.length == 0)
    {
      kad_caller_inquiry_set_identity (*message, sender->identity);
      return KAD_INQUIRY_PASS;
    }
  if (sender->parked.length >= KAD_MAX_PARKED_CALLS)
    return KAD_INQUIRY_FULL;
  g_queue_push_tail (&sender->parked, g_steal_pointer (message));
  if (sender->state >= SENDER_CONFIRMING)
    ask (self, sender);
  return KAD_INQUIRY_TAKEN;
}

/* ---- leaving ---- */

static void
see_signal (KadCallerInquiry *self, GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);
  const char *name, *owner;
  Sender *sender;

  if (g_strcmp0 (g_dbus_message_get_sender (message), BUS) != 0
      || g_strcmp0 (g_dbus_message_get_member (message), "NameOwnerChanged") != 0 || body == NULL
      || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(sss)")))
    return;
  g_variant_get (body, "(&s&s&s)", &name, NULL, &owner);
  sender = *owner == '\0' ? g_hash_table_lookup (self->senders, name) : NULL;
  if (sender == NULL)
    return;
  follow (self, "RemoveMatch", name);
  sender->is_gone = TRUE;
  g_queue_clear_full (&sender->parked, g_object_unref);
  g_hash_table_remove (self->senders, name);
}

KadInquiryFate
kad_caller_inquiry_see (KadCallerInquiry *self, GDBusMessage **message)
{
  KadInquiryFate fate = KAD_INQUIRY_PASS;

  g_mutex_lock (&self->lock);
  switch (g_dbus_message_get_message_type (*message))
    {
    case G_DBUS_MESSAGE_TYPE_METHOD_CALL:
      fate = see_call (self, message);
      break;
    case G_DBUS_MESSAGE_TYPE_METHOD_RETURN:
    case G_DBUS_MESSAGE_TYPE_ERROR:
      fate = see_answer (self, message);
      break;
    case G_DBUS_MESSAGE_TYPE_SIGNAL:
      see_signal (self, *message);
      break;
    default:
      break;
    }
  g_mutex_unlock (&self->lock);
  return fate;
}

char **
kad_caller_inquiry_list (KadCallerInquiry *self, KadInterest interest, const char *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->senders);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Sender *sender = value;

      if (sender->state == SENDER_KNOWN && (sender->interest & interest) != 0
          && kad_caller_gate_may_hear (sender->identity, path))
        g_ptr_array_add (names, g_strdup (sender->name));
    }
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* ---- life ---- */

KadCallerInquiry *
kad_caller_inquiry_new (GDBusConnection *connection)
{
  KadCallerInquiry *self = g_new0 (KadCallerInquiry, 1);

  g_atomic_ref_count_init (&self->refs);
  self->connection = connection;
  g_mutex_init (&self->lock);
  self->senders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, sender_unref);
  self->questions = g_hash_table_new_full (NULL, NULL, NULL, sender_unref);
  self->probes = g_thread_pool_new (probe, NULL, KAD_MAX_CALLER_PROBES, FALSE, NULL);
  return self;
}

void
kad_caller_inquiry_start (KadCallerInquiry *self)
{
  g_mutex_lock (&self->lock);
  self->own_question = send_to_bus (self, "GetConnectionCredentials",
                                    g_dbus_connection_get_unique_name (self->connection), TRUE);
  g_mutex_unlock (&self->lock);
}

KadCallerInquiry *
kad_caller_inquiry_ref (KadCallerInquiry *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
kad_caller_inquiry_unref (KadCallerInquiry *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  /* Each probe has a reference: there is none. It may be such a thread that lets go last. */
  g_thread_pool_free (self->probes, TRUE, FALSE);
  g_hash_table_unref (self->questions);
  g_hash_table_unref (self->senders);
  g_mutex_clear (&self->lock);
  g_free (self);
}
