/// Checkpoints and adapters on the Hub, of which only headers and configurations are downloaded.
package dev.halcyon.hub.checkpoint;
