/// Names of repositories, revisions and files of the Hub, and how users write them. Names from
/// users and servers are checked here, before they become parts of URLs and paths.
package dev.halcyon.hub.repository;
