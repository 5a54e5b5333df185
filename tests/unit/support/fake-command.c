/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-command.h"

#include <gio/gio.h>

struct _FakeQuietCommand
{
  FakeCommand parent_instance;
};
typedef struct _FakeQuietCommand FakeQuietCommand;
typedef FakeCommandClass FakeQuietCommandClass;

G_DEFINE_TYPE (FakeCommand, fake_command, KAD_TYPE_COMMAND_HANDLER)
G_DEFINE_TYPE (FakeQuietCommand, fake_quiet_command, FAKE_TYPE_COMMAND)

enum
{
  PROP_COUNT = 1,
  PROP_KEY,
  PROP_VALUE,
  PROP_TEXT,
  PROP_PEER,
  PROP_OFFSET,
  PROP_LARGE,
  PROP_WIDE,
  PROP_RATIO,
  PROP_FLAG,
  PROP_PROTOCOL,
  PROP_RAW_KEY,
  PROP_VARIANT,
  PROP_NO_ARGUMENT,
};

static void
set_text_property (FakeCommand *self, guint id, const GValue *value)
{
  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_boxed (value);
      break;
    case PROP_VALUE:
      self->value = g_value_dup_boxed (value);
      break;
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      break;
    case PROP_PEER:
      self->peer = g_value_dup_string (value);
      break;
    default:
      break;
    }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FakeCommand *self = FAKE_COMMAND (object);

  switch (id)
    {
    case PROP_COUNT:
      self->count = g_value_get_uint (value);
      break;
    case PROP_OFFSET:
      self->offset = g_value_get_int (value);
      break;
    case PROP_LARGE:
      self->large = g_value_get_uint64 (value);
      break;
    case PROP_WIDE:
      self->wide = g_value_get_int64 (value);
      break;
    case PROP_RATIO:
      self->ratio = g_value_get_double (value);
      break;
    case PROP_FLAG:
      self->flag = g_value_get_boolean (value);
      break;
    case PROP_PROTOCOL:
      self->protocol = g_value_get_enum (value);
      break;
    default:
      set_text_property (self, id, value);
    }
}

static void
finalize (GObject *object)
{
  FakeCommand *self = FAKE_COMMAND (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->peer, g_free);
  G_OBJECT_CLASS (fake_command_parent_class)->finalize (object);
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  FakeCommand *self = FAKE_COMMAND (handler);

  if (self->run != NULL)
    self->run (self, swarm);
}

static KadEventFate
on_event (KadCommandHandler *handler, KadEvent *event)
{
  FakeCommand *self = FAKE_COMMAND (handler);

  self->n_asked++;
  if (self->log != NULL)
    g_string_append_c (self->log, self->letter);
  return self->on_event != NULL ? self->on_event (self, event) : KAD_EVENT_PASS;
}

static void
install_text_properties (GObjectClass *object_class)
{
  g_object_class_install_property (
      object_class, PROP_KEY,
      g_param_spec_boxed ("key", NULL, NULL, G_TYPE_BYTES,
                          KAD_PARAM_ARGUMENT | KAD_PARAM_KEY | KAD_PARAM_REQUIRED));
  g_object_class_install_property (
      object_class, PROP_VALUE,
      g_param_spec_boxed ("value", NULL, NULL, G_TYPE_BYTES, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_TEXT, g_param_spec_string ("text", NULL, NULL, NULL, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_PEER,
      g_param_spec_string ("some-peer", NULL, NULL, NULL, KAD_PARAM_ARGUMENT | KAD_PARAM_ENDPOINT));
}

static void
fake_command_class_init (FakeCommandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KadCommandHandlerClass *command_class = KAD_COMMAND_HANDLER_CLASS (klass);

  object_class->set_property = set_property;
  object_class->finalize = finalize;
  command_class->summary = "Do what the test says";
  command_class->key_use = KAD_KEY_USE_PROVIDER;
  command_class->run = run;
  command_class->on_event = on_event;

  /* An optional one first: the registry puts the required one before it. */
  g_object_class_install_property (
      object_class, PROP_COUNT,
      g_param_spec_uint ("count", NULL, NULL, 1, 100, 1, KAD_PARAM_ARGUMENT));
  install_text_properties (object_class);
  g_object_class_install_property (
      object_class, PROP_OFFSET,
      g_param_spec_int ("offset", NULL, NULL, -10, 10, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_LARGE,
      g_param_spec_uint64 ("large", NULL, NULL, 0, G_MAXUINT64, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_WIDE,
      g_param_spec_int64 ("wide", NULL, NULL, G_MININT64, G_MAXINT64, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RATIO,
      g_param_spec_double ("ratio", NULL, NULL, 0, 1, 0, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_FLAG,
      g_param_spec_boolean ("flag", NULL, NULL, FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (object_class, PROP_PROTOCOL,
                                   g_param_spec_enum ("protocol", NULL, NULL,
                                                      G_TYPE_SOCKET_PROTOCOL, G_SOCKET_PROTOCOL_TCP,
                                                      KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_RAW_KEY,
      g_param_spec_boolean ("raw-key", NULL, NULL, FALSE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_VARIANT,
      g_param_spec_gtype ("strange", NULL, NULL, G_TYPE_NONE, KAD_PARAM_ARGUMENT));
  g_object_class_install_property (
      object_class, PROP_NO_ARGUMENT,
      g_param_spec_boolean ("no-argument", NULL, NULL, FALSE, G_PARAM_WRITABLE));
}

static void
fake_command_init (FakeCommand *self)
{
}

static void
fake_quiet_command_class_init (FakeQuietCommandClass *klass)
{
  KAD_COMMAND_HANDLER_CLASS (klass)->broadcasts = KAD_EVENT_BITS_OWN;
}

static void
fake_quiet_command_init (FakeQuietCommand *self)
{
}

FakeCommand *
fake_command_new (char letter, GString *log)
{
  FakeCommand *self = g_object_new (FAKE_TYPE_COMMAND, NULL);

  self->letter = letter;
  self->log = log;
  return self;
}
